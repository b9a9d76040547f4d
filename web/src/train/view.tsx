import { useMemo, useState } from "preact/hooks";
import type { PartProps } from "../app.tsx";
import { MOST_POINTS, readPoints, rounded, writePoints } from "../data/points.ts";
import type { OwnTable } from "../data/kinds.ts";
import { useLinked } from "../link/link.ts";
import { AskOwn } from "../own-layer/ask.tsx";
import { ShowCode } from "../ui/code.tsx";
import { Message, Retry } from "../ui/inputs.tsx";
import { UndoButton } from "../ui/undo.tsx";
import type { TrainState } from "./state.ts";
import { Curves } from "./curves.tsx";
import { DataPanel } from "./data-panel.tsx";
import { NetEditor } from "./net-editor.tsx";
import { PointsPlane } from "./own-points.tsx";
import { Result, Slower } from "./result.tsx";
import { namesOf, netOf, prefixed, TRAIN_FIELDS, type TrainSettings } from "./settings.ts";
import { useTraining } from "./use-training.ts";

/** What is not in the link, for who comes back from another part of the page. */
const kept: { table: OwnTable | undefined; round: number } = { table: undefined, round: 0 };

export function TrainPart({ given }: PartProps) {
  const { values: settings, refused, set, undo } = useLinked("train", TRAIN_FIELDS, given);
  const [table, setTable] = useState(kept.table),
    [pointClass, setPointClass] = useState(0),
    [round, setRound] = useState(kept.round);
  Object.assign(kept, { table, round });
  const { data, state, controller, retry, own } = useTraining(settings, table, round);
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
      {refused.map((text) => (
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
        <UndoButton undo={undo} />
      </div>
      {typeof data === "string" && settings.data !== "points" && (
        <Message>
          {data} {retry !== undefined && <Retry onRetry={retry} />}
        </Message>
      )}
      {settings.data === "points" && <PointsPlane settings={settings} data={data} state={state} onPoint={addPoint} />}
      {isReady && (
        <>
          <p class="soft" aria-live="off">
            {progressOf(state, settings)}
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
      <ShowCode
        file="train.ts"
        own={settings.own}
        of={JSON.stringify([settings, table?.file.name, table?.label, isReady])}
        load={async () => {
          if (typeof data === "string") throw new Error(data);
          if (controller.current === null) throw new Error("the networks are not there.");
          const { shape, classes } = data,
            read = table && { name: table.file.name, label: table.label, reading: table.reading };
          return controller.current.code({ settings, shape, classes: classes.length, table: read });
        }}
      />
    </>
  );
}

function progressOf({ nets, seed }: TrainState, { seeds, epochs }: TrainSettings): string {
  if (nets.every(({ isDone }) => isDone))
    return nets.some(({ failures }) => failures.length > 0) ? "Ended: not every training reached its end." : "Trained.";
  // The one that is still on its way.
  const { epoch, step, steps } = (nets[0].isDone ? nets[1] : nets[0]).place;
  const which = seeds > 1 ? `Seed ${seed}, ` : "",
    of = steps > 0 ? ` of ${steps}` : "";
  return `${which}epoch ${epoch} of ${epochs}, step ${step}${of}.`;
}
