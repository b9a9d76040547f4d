import { useMemo, useState } from "preact/hooks";
import type { PartProps } from "../app.tsx";
import { MOST_POINTS, readPoints, rounded, writePoints } from "../data/points.ts";
import type { OwnTable } from "../data/sets.ts";
import { useLinked } from "../link/link.ts";
import { AskOwn } from "../own-layer/ask.tsx";
import { ShowCode } from "../ui/code.tsx";
import { Message } from "../ui/inputs.tsx";
import type { TrainState } from "./controller.ts";
import { Curves } from "./curves.tsx";
import { DataPanel } from "./data-panel.tsx";
import { NetEditor } from "./net-editor.tsx";
import { PointsPlane } from "./own-points.tsx";
import { Result, Slower } from "./result.tsx";
import { namesOf, netOf, prefixed, TRAIN_FIELDS, type TrainSettings } from "./settings.ts";
import { useTraining } from "./use-training.ts";

export function TrainPart({ given }: PartProps) {
  const { values: settings, refused, set } = useLinked("train", TRAIN_FIELDS, given);
  const [table, setTable] = useState<OwnTable>(),
    [pointClass, setPointClass] = useState(0),
    [round, setRound] = useState(0);
  const { data, state, controller, failed, own } = useTraining(settings, table, round);
  const names = namesOf(settings),
    isReady = state !== undefined && typeof data !== "string";
  const isRunning = state?.nets.some((net) => net.isRunning) ?? false;
  const isDone = state?.nets.every((net) => net.isDone) ?? false,
    isBusy = isRunning || isDone || !isReady;
  const addPoint = (x: number, y: number) => {
    const points = readPoints(settings.points) ?? [];
    if (points.length < MOST_POINTS) set({ points: writePoints([...points, rounded([x, y, pointClass])]) });
  };
  // What is set does not change while a network trains, and is not drawn again.
  const panel = useMemo(
    () => (
      <DataPanel
        settings={settings}
        set={set}
        table={table}
        onTable={setTable}
        pointClass={pointClass}
        onPointClass={setPointClass}
        onPoint={addPoint}
      />
    ),
    [settings, table, pointClass],
  );
  const editors = useMemo(
    () =>
      (["a", "b"] as const).map((which) => (
        <NetEditor settings={netOf(settings, which)} onChange={(net) => set(prefixed(which, net))} />
      )),
    [settings],
  );
  return (
    <>
      {[...refused, ...(failed === undefined ? [] : [failed])].map((text) => (
        <Message key={text} kind="wrong">
          {text}
        </Message>
      ))}
      <AskOwn own={own} />
      {panel}
      <div class="controls" role="group" aria-label="Training">
        <button
          type="button"
          class="main"
          disabled={!isReady || isDone}
          onClick={() => (isRunning ? controller.current?.pause() : controller.current?.run("end"))}
        >
          {isRunning ? "Pause" : "Train"}
        </button>
        <button type="button" disabled={isBusy} onClick={() => controller.current?.run("step")}>
          One step
        </button>
        <button type="button" disabled={isBusy} onClick={() => controller.current?.run("epoch")}>
          One epoch
        </button>
        <button type="button" disabled={!isReady} onClick={() => setRound(round + 1)}>
          Again, same seed
        </button>
        <button type="button" onClick={() => set({ seed: (settings.seed % 99_999) + 1 })}>
          New seed
        </button>
      </div>
      {typeof data === "string" && settings.data !== "points" && <Message>{data}</Message>}
      {settings.data === "points" && <PointsPlane settings={settings} data={data} state={state} onPoint={addPoint} />}
      {isReady && (
        <>
          <p class="soft" aria-live="off">
            {isDone ? "Trained." : progressOf(state, settings)}
          </p>
          <Curves nets={state.nets} names={names} />
          {state.nets[0].backend?.backend === "reference" && <Slower reason={state.nets[0].backend.reason} />}
        </>
      )}
      <div class="pair">
        {([0, 1] as const).map((which) => (
          <section key={which} aria-label={names[which]}>
            <h3>
              <span class={`key key-${which === 0 ? "a" : "b"}`} aria-hidden="true" />
              {names[which]}
            </h3>
            {isReady && (
              <Result
                state={state}
                controller={controller.current}
                which={which}
                name={names[which]}
                data={data}
              />
            )}
            {editors[which]}
          </section>
        ))}
      </div>
      <ShowCode file="train.ts" load={() => codeOf(settings)} of={JSON.stringify(settings)} />
    </>
  );
}

async function codeOf(settings: TrainSettings): Promise<string | undefined> {
  return settings.own === "" ? (await import("./code.ts")).trainCode(settings) : undefined;
}

function progressOf({ nets, seed }: TrainState, { seeds, epochs }: TrainSettings): string {
  const { epoch, step, steps } = nets[0].place;
  const which = seeds > 1 ? `Seed ${seed}, ` : "",
    of = steps > 0 ? ` of ${steps}` : "";
  return `${which}epoch ${epoch} of ${epochs}, step ${step}${of}.`;
}
