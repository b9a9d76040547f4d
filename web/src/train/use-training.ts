/** The data and the two networks of some settings; others begin another run, and the last one is found again. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import { loadDigits, trainable, withMoreDigits, type Digits } from "../data/digits.ts";
import { makeData, type OwnTable, type TaskData } from "../data/sets.ts";
import { useOwn, type OwnScript } from "../own-layer/use-own.ts";
import { TrainController, type TrainState } from "./controller.ts";
import { messageOf } from "../ui/message-of.ts";
import { painted } from "../ui/painted.ts";
import { keepTrained, lastTrained } from "./last.ts";
import { namesOf, netOf, type TrainSettings } from "./settings.ts";

export interface TrainingInPage {
  /** Or why there are none. */
  readonly data: TaskData | string;
  readonly state: TrainState | undefined;
  readonly controller: RefObject<TrainController | null>;
  readonly failed: string | undefined;
  readonly own: OwnScript;
}

/** @param round a number that begins anew when it changes. */
export function useTraining(settings: TrainSettings, table: OwnTable | undefined, round: number): TrainingInPage {
  const [digits, setDigits] = useState<Digits>(),
    [failed, setFailed] = useState<string>();
  const [state, setState] = useState<TrainState>(),
    controller = useRef<TrainController>(null);

  const isShort = settings.data === "digits" && (digits === undefined || trainable(digits) < settings.rows);
  useEffect(() => {
    if (!isShort) return;
    const more = digits === undefined ? loadDigits() : withMoreDigits(digits);
    more.then(setDigits, (error: unknown) => setFailed(messageOf(error)));
  }, [isShort, digits]);

  const { data: kind, rows, noise, classes, dataSeed, points, formula } = settings;
  const wanted = JSON.stringify([
    kind,
    rows,
    noise,
    classes,
    dataSeed,
    points,
    formula,
    digits?.count,
    table?.name,
    table?.label,
  ]);
  const [made, setMade] = useState<{ readonly of: string; readonly data: TaskData | string }>();
  useEffect(() => {
    let isOld = false;
    // Reading a large table takes a while: that it is prepared is shown first.
    const ready = kind === "table" && table !== undefined ? painted() : Promise.resolve();
    void ready
      .then(() => makeData(settings, digits, table))
      .catch(messageOf)
      .then((data) => !isOld && setMade({ of: wanted, data }));
    return () => {
      isOld = true;
    };
  }, [wanted, table]);
  // What was made for other settings is not for these.
  const data = made?.of === wanted ? made.data : "Preparing the data…";

  const own = useOwn(`${settings.aLayers},${settings.bLayers}`, settings.own);
  const key = JSON.stringify([settings, round, own.address]);
  useEffect(() => {
    if (typeof data === "string" || !own.isReady) return;
    const { seed, seeds, batch, epochs } = settings,
      kept = lastTrained();
    const nets = [netOf(settings, "a"), netOf(settings, "b")] as const;
    // Back from another part of the page: the run is still there. A table is not part of its settings.
    const next =
      kept?.key === key && kind !== "table"
        ? kept.controller
        : new TrainController({ nets, data, seed, seeds, batch, epochs, own: own.address }, setState);
    next.onChange = setState;
    controller.current = next;
    keepTrained({ controller: next, key, names: namesOf(settings), isDigits: kind === "digits" });
    setState(next.current);
  }, [key, data, own.isReady]);
  return { data, state, controller, failed, own };
}
