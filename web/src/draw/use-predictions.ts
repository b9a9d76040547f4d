/** What both networks make of a drawing while it grows: one question at a time, about what it is by then. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { TrainController } from "../train/controller.ts";
import type { Prediction } from "../train/predict.ts";
import { messageOf } from "../ui/message-of.ts";
import { WorkerClient } from "../ui/workers.ts";
import type { FromDraw, ToDraw } from "./protocol.ts";

const PASSES = 50;
/** Networks that train answer between two steps. */
const SECONDS = 10;

const client = new WorkerClient<ToDraw, FromDraw>({
  make: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  seconds: SECONDS,
});

export function isBlank(digit: Float32Array): boolean {
  return digit.every((value) => value === 0);
}

type Ask = (digit: Float32Array, passes: number) => Promise<readonly Prediction[]>;

/**
 * @param trained networks just trained; those of the page if undefined.
 * @param attempt asks once more when it changes.
 */
export function usePredictions(digit: Float32Array, trained: TrainController | undefined, attempt: number) {
  const [predictions, setPredictions] = useState<readonly Prediction[]>([]),
    [failed, setFailed] = useState<string>();
  const ask = useRef<(digit: Float32Array) => void>(() => undefined);
  useEffect(() => {
    let isOld = false,
      isBusy = false,
      next: Float32Array | undefined;
    const of: Ask = trained === undefined ? askPage : (x, passes) => askTrained(trained, x, passes);
    const turn = async () => {
      isBusy = true;
      while (next !== undefined && !isOld) {
        const one = next;
        next = undefined;
        try {
          const found = await of(one, isBlank(one) ? 0 : PASSES);
          if (isOld) return;
          setPredictions(found);
          setFailed(undefined);
        } catch (error) {
          if (!isOld) setFailed(messageOf(error));
        }
      }
      isBusy = false;
    };
    setPredictions([]);
    ask.current = (one) => {
      next = one;
      if (!isBusy) void turn();
    };
    // Before anything is drawn, too: the networks are loaded by then, or it is said that they are not.
    ask.current(digit);
    return () => {
      isOld = true;
    };
  }, [trained, attempt]);
  useEffect(() => ask.current(digit), [digit]);
  return { predictions, failed };
}

const askPage: Ask = async (x, passes) =>
  (await client.ask({ type: "predict", x, passes, from: document.baseURI }, "predictions")).predictions;

function askTrained(controller: TrainController, x: Float32Array, passes: number): ReturnType<Ask> {
  const late = new Promise<never>((_, reject) => {
    const what = `The networks did not answer within ${SECONDS} seconds.`;
    setTimeout(() => reject(new Error(`${what} Train them again, or choose those of the page.`)), 1000 * SECONDS);
  });
  return Promise.race([late, Promise.all([controller.predict(0, x, passes), controller.predict(1, x, passes)])]);
}
