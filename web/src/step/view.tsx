import { useEffect, useMemo, useState } from "preact/hooks";
import type { PartProps } from "../app.tsx";
import { useLinked } from "../link/link.ts";
import { AskOwn } from "../own-layer/ask.tsx";
import { useOwn } from "../own-layer/use-own.ts";
import { ShowCode } from "../ui/code.tsx";
import { Choice, Message, Retry } from "../ui/inputs.tsx";
import { UndoButton } from "../ui/undo.tsx";
import { StepClient } from "./client.ts";
import { Compared } from "./compared.tsx";
import { elementsIn, isWithin, readCell, writeCell, type Cell } from "./numbers.ts";
import { Operation } from "./operation.tsx";
import type { Related } from "./table.tsx";
import { Pictures } from "./pictures.tsx";
import type { NumberAnswer, Opened } from "./protocol.ts";
import { STEP_FIELDS, STEP_PLACES, type StepSettings } from "./settings.ts";
import { Settings } from "./settings-panel.tsx";
import { Start } from "./start.tsx";
import { Steps } from "./steps-list.tsx";
import { messageOf } from "../ui/message-of.ts";

export function StepPart({ given }: PartProps) {
  const { values: settings, refused, set, undo } = useLinked("step", STEP_FIELDS, given, STEP_PLACES);
  const client = useMemo(() => new StepClient(), []);
  const [opened, setOpened] = useState<Opened>(),
    [failed, setFailed] = useState<string>(),
    [attempt, setAttempt] = useState(0);
  const [answer, setAnswer] = useState<NumberAnswer>(),
    [unanswered, setUnanswered] = useState<string>(),
    [seen, setSeen] = useState<ReadonlySet<number>>(new Set());
  useEffect(() => () => client.end(), []);

  const own = useOwn(settings.layers, settings.own);
  const key = JSON.stringify([requestOf(settings), own.address, own.isReady, attempt]),
    [isBusy, setBusy] = useState(false);
  useEffect(() => {
    let isOld = false;
    setAnswer(undefined);
    if (!own.isReady) return;
    // What takes no longer than a blink is not announced.
    const late = setTimeout(() => setBusy(true), 400);
    const done = () => {
      clearTimeout(late);
      setBusy(false);
    };
    client.open(requestOf(settings), own.address).then(
      (found) => {
        if (isOld) return;
        done();
        setOpened(found);
        setFailed(undefined);
      },
      (error: unknown) => {
        if (isOld) return;
        done();
        setOpened(undefined);
        setFailed(messageOf(error));
      },
    );
    return () => {
      isOld = true;
      clearTimeout(late);
    };
  }, [key]);

  const steps = opened?.steps ?? [],
    op = Math.min(settings.op, steps.length),
    step = op === 0 ? undefined : steps[op - 1];
  const cell = readCell(settings.cell),
    isChosen = cell !== undefined && opened !== undefined && isShown(opened, op, cell);
  useEffect(() => {
    let isOld = false;
    if (!isChosen || opened === undefined) return setAnswer(undefined);
    client.number(op, cell.name, cell.index, settings.digits).then(
      (found) => {
        if (isOld) return;
        setAnswer(found);
        setUnanswered(undefined);
      },
      (error: unknown) => {
        if (isOld) return;
        setAnswer(undefined);
        setUnanswered(messageOf(error));
      },
    );
    return () => {
      isOld = true;
    };
  }, [opened, op, settings.cell, settings.digits]);

  // A number stays chosen where the other step shows it, too: what it goes into can be followed.
  const go = (to: number, chosen: Cell | undefined = cell) => {
    const next = Math.max(0, Math.min(steps.length, to)),
      isThere = chosen !== undefined && opened !== undefined && isShown(opened, next, chosen);
    set({ op: next, cell: isThere ? writeCell(chosen) : "" });
  };
  const related = useMemo(() => relatedTo(answer, op), [answer, op]);
  return (
    <>
      {refused.map((one) => (
        <Message key={one} kind="wrong">
          {one}
        </Message>
      ))}
      <AskOwn own={own} />
      <Settings settings={settings} set={set} />
      {failed !== undefined && (
        <div class="message wrong" role="alert">
          <p>{failed}</p>
          <div class="row">
            <UndoButton undo={undo} />
            {settings.edits !== "" && (
              <button type="button" onClick={() => set({ edits: "" })}>
                Undo all edits
              </button>
            )}
            <Retry onRetry={() => setAttempt(attempt + 1)} />
          </div>
        </div>
      )}
      {isBusy && <Message>Computing the network…</Message>}
      {unanswered !== undefined && <Message kind="wrong">{unanswered}</Message>}
      {opened !== undefined && (
        <div
          class="stepper"
          onKeyDown={(event) => {
            const target = event.target as HTMLElement;
            if (target.tagName === "INPUT" || target.tagName === "SELECT") return;
            if (event.key === "ArrowRight" || event.key === "n") go(op + 1);
            else if (event.key === "ArrowLeft" || event.key === "p") go(op - 1);
            else return;
            event.preventDefault();
          }}
        >
          <div class="controls" role="group" aria-label="Steps">
            <button type="button" disabled={op === 0} onClick={() => go(op - 1)}>
              ← Back
            </button>
            <button type="button" class="main" disabled={op === steps.length} onClick={() => go(op + 1)}>
              {op === 0 ? "Start →" : "Next →"}
            </button>
            <UndoButton undo={undo} />
            {settings.edits !== "" && (
              <button type="button" onClick={() => set({ edits: "" })}>
                Undo all edits
              </button>
            )}
            <Choice
              label="mode"
              value={settings.mode}
              from={{ train: "train", eval: "eval" }}
              onChange={(mode) => set({ mode, cell: "" })}
            />
            <label class="slider">
              <span>
                step {op} of {steps.length}
              </span>
              <input
                type="range"
                min={0}
                max={steps.length}
                value={op}
                aria-valuetext={step === undefined ? "the input" : `${step.kind}, ${step.phase}`}
                onInput={({ currentTarget }) => go(Number(currentTarget.value))}
              />
            </label>
          </div>
          <div class="columns">
            <Steps steps={steps} op={op} onGo={go} />
            <div>
              {step === undefined ? (
                <Start
                  opened={opened}
                  settings={settings}
                  set={set}
                  cell={cell}
                  answer={isChosen ? answer : undefined}
                  onGo={go}
                />
              ) : (
                <Operation
                  key={op}
                  opened={opened}
                  step={step}
                  settings={settings}
                  cell={cell}
                  related={related}
                  isHidden={settings.guess && step.phase === "backward" && !seen.has(op)}
                  onSeen={() => setSeen(new Set([...seen, op]))}
                  answer={isChosen ? answer : undefined}
                  set={set}
                  onGo={go}
                />
              )}
            </div>
          </div>
          <Pictures client={client} opened={opened} />
          <Compared comparison={opened.comparison} digits={settings.digits} />
          <ShowCode
            file="step.ts"
            own={settings.own}
            of={opened.code}
            load={() => Promise.resolve(opened.code)}
          />
        </div>
      )}
    </>
  );
}

function requestOf({ layers, input, rows, seed, draw, mode, optimizer, rate, softmax, edits }: StepSettings) {
  return { layers, input, rows, seed, draw, mode, optimizer, rate, softmax, edits };
}

/** Whether a step shows a number, among what it is made of or what it makes. */
function isShown({ steps, shape }: Opened, op: number, { name, index }: Cell): boolean {
  const shown = op === 0 ? [{ name: "X", shape }] : [...steps[op - 1].inputs, ...steps[op - 1].results];
  return shown.some((one) => one.name === name && isWithin(index, one.shape));
}

/** The numbers of a step that the chosen one was made of, and those that it goes into. */
function relatedTo(answer: NumberAnswer | undefined, op: number): Related {
  const { explanation } = answer?.account ?? {},
    isMade = answer?.madeBy === op;
  const sources = isMade && explanation ? [...elementsIn([explanation.term, explanation.intermediates])] : [];
  const targets = (answer?.influences ?? [])
    .filter((one) => one.op === op)
    .flatMap(({ name, indices }) => indices.map((index) => ({ name, index })));
  return { sources: new Set(sources.map(writeCell)), targets: new Set(targets.map(writeCell)) };
}
