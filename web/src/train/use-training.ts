/** The data and the two networks of some settings; others begin another run, and the last one is found again. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import { askData } from "../data/client.ts";
import type { OwnTable, TaskData } from "../data/kinds.ts";
import { useOwn, type OwnScript } from "../own-layer/use-own.ts";
import { TrainController } from "./controller.ts";
import type { TrainState } from "./state.ts";
import { messageOf } from "../ui/message-of.ts";
import { keepTrained, lastTrained } from "./last.ts";
import { namesOf, netOf, type TrainSettings } from "./settings.ts";

export interface TrainingInPage {
  /** Or why there are none. */
  readonly data: TaskData | string;
  readonly state: TrainState | undefined;
  readonly controller: RefObject<TrainController | null>;
  /** Makes the data once more; undefined while there are some, or will be. */
  readonly retry: (() => void) | undefined;
  readonly own: OwnScript;
}

const PREPARING = "Preparing the data…";

/** @param round a number that begins anew when it changes. */
export function useTraining(settings: TrainSettings, table: OwnTable | undefined, round: number): TrainingInPage {
  const [state, setState] = useState<TrainState>(),
    controller = useRef<TrainController>(null);
  const { data: kind, rows, noise, classes, dataSeed, points, formula } = settings;
  const request = { data: kind, rows, noise, classes, dataSeed, points, formula },
    wanted = JSON.stringify(request);
  const [made, setMade] = useState<{ readonly of: string; readonly data: TaskData | string }>(),
    [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isOld = false;
    setMade(undefined);
    askData(request, table).then(
      (data) => !isOld && setMade({ of: wanted, data }),
      (error: unknown) => !isOld && setMade({ of: wanted, data: messageOf(error) }),
    );
    return () => {
      isOld = true;
    };
  }, [wanted, table, attempt]);
  // What was made for other settings is not for these.
  const data = made?.of === wanted ? made.data : PREPARING;

  const own = useOwn(`${settings.aLayers},${settings.bLayers}`, settings.own);
  const { name, size, lastModified } = table?.file ?? {};
  const key = JSON.stringify([settings, round, own.address, name, size, lastModified, table?.label, table?.reading]);
  useEffect(() => {
    if (typeof data === "string" || !own.isReady) return;
    const { seed, seeds, batch, epochs } = settings,
      kept = lastTrained();
    const nets = [netOf(settings, "a"), netOf(settings, "b")] as const;
    // Back from another part of the page: the run is still there.
    const next =
      kept?.key === key
        ? kept.controller
        : new TrainController({ nets, data, seed, seeds, batch, epochs, own: own.address }, setState);
    next.onChange = setState;
    controller.current = next;
    keepTrained({ controller: next, key, names: namesOf(settings), isDigits: kind === "digits" });
    setState(next.current);
  }, [key, data, own.isReady]);
  return {
    data,
    state,
    controller,
    own,
    retry: typeof data === "string" && data !== PREPARING ? () => setAttempt(attempt + 1) : undefined,
  };
}
