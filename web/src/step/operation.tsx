/** One step: its equations, what it was made of and what it makes, and all about the chosen number. */
import type { TraceStep } from "chainrule";
import { edit } from "./change.ts";
import { withoutMasks } from "./edits.ts";
import { EditNumber, Guess, NumberPanel } from "./number.tsx";
import { indexAt, isWithin, placeText, positionOf, writeCell, type Cell } from "./numbers.ts";
import type { NumberAnswer, Opened } from "./protocol.ts";
import type { Change, StepSettings } from "./settings.ts";
import { Source } from "./source.tsx";
import { ValueTable, type Related } from "./table.tsx";

interface OperationProps {
  readonly opened: Opened;
  readonly step: TraceStep;
  readonly settings: StepSettings;
  readonly cell: Cell | undefined;
  readonly related: Related;
  readonly answer: NumberAnswer | undefined;
  readonly isHidden: boolean;
  readonly onSeen: () => void;
  readonly set: Change;
  readonly onGo: (op: number, cell?: Cell) => void;
}

export function Operation({
  opened,
  step,
  settings,
  cell,
  related,
  answer,
  isHidden,
  onSeen,
  set,
  onGo,
}: OperationProps) {
  const { digits } = settings,
    inputs = step.inputs.map((input) => ({ ...input, values: valuesOf(opened, input) }));
  const isMask = (name: string) => opened.editable.some((one) => one.name === name && one.of.startsWith("m"));
  // Inputs and weights are changed where they go in, masks where they are drawn, too.
  const edited = [
    ...inputs.filter(({ name }) => opened.editable.some((one) => one.name === name)),
    ...step.results.filter(({ name }) => isMask(name)),
  ].find(({ name }) => name === cell?.name);
  const dropped = step.results
    .filter(({ name }) => isMask(name))
    .flatMap(({ name, shape, values }) =>
      values.flatMap((value, i) => (value === 0 ? placeText(name, indexAt(i, shape)) : [])),
    );
  const guessed = isHidden ? step.results.find(({ values }) => values.length > 0) : undefined;
  const guessCell: Cell | undefined =
    guessed && (cell?.name === guessed.name ? cell : { name: guessed.name, index: guessed.shape.map(() => 0) });
  return (
    <section aria-label={`Step ${step.op}`}>
      <h3>
        {step.op}. {step.kind} <small>{phaseOf(step)}</small>
      </h3>
      {step.results
        .flatMap(({ equations }) => equations)
        .filter((one, i, all) => all.indexOf(one) === i)
        .map((equation) => (
          <p key={equation} class="equation">
            {equation}
          </p>
        ))}
      <h4>Inputs</h4>
      <div class="tables">
        {inputs.map(({ name, shape, values, op }) => (
          <ValueTable
            key={name}
            name={name}
            shape={shape}
            values={values}
            note={op === undefined ? "" : `step ${op}`}
            digits={digits}
            chosen={cell}
            related={related}
            isMask={isMask(name)}
            onChoose={(chosen) => set({ cell: writeCell(chosen) })}
          />
        ))}
      </div>
      <h4>Results</h4>
      <div class="tables results">
        {step.results.map(({ name, shape, values }) => (
          <ValueTable
            key={name}
            name={name}
            shape={shape}
            values={values}
            note=""
            digits={digits}
            chosen={cell}
            related={related}
            isHidden={isHidden}
            isMask={isMask(name)}
            onChoose={(chosen) => set({ cell: writeCell(chosen) })}
          />
        ))}
      </div>
      {dropped.length > 0 && <p>Dropped: {dropped.join(", ")}.</p>}
      {step.results.some(({ name }) => isMask(name)) && (
        <button
          type="button"
          class="quiet"
          onClick={() => set({ draw: (settings.draw % 9999) + 1, edits: withoutMasks(settings.edits) })}
        >
          Draw another mask
        </button>
      )}
      {guessed !== undefined && guessCell !== undefined && (
        <Guess
          key={writeCell(guessCell)}
          cell={guessCell}
          value={guessed.values[positionOf(guessCell.index, guessed.shape)]}
          onDone={onSeen}
        />
      )}
      {!isHidden && answer !== undefined && (
        <NumberPanel answer={answer} op={step.op} settings={settings} onGo={onGo} />
      )}
      {!isHidden && cell === undefined && (
        <p class="soft">Select a number above to see how it was computed and what it goes into.</p>
      )}
      {cell !== undefined && edited !== undefined && isWithin(cell.index, edited.shape) && (
        <EditNumber
          cell={cell}
          value={edited.values[positionOf(cell.index, edited.shape)]}
          isMask={isMask(cell.name)}
          onEdit={(value) => edit(settings, set, opened, cell, edited.shape, value)}
        />
      )}
      <Source kind={step.kind} phase={step.phase} />
    </section>
  );
}

/** An update says of what. */
export function phaseOf({ phase, results }: TraceStep): string {
  return phase === "update" ? `update of ${results.map(({ name }) => name).join(", ")}` : phase;
}

/** The numbers of something a step was made of: the step it came from has them, or the step says them itself. */
function valuesOf(opened: Opened, { name, op, values }: TraceStep["inputs"][number]): readonly number[] {
  if (values !== undefined) return values;
  if (op === undefined) return name === "X" ? opened.x : [];
  return opened.steps[op - 1].results.find((result) => result.name === name)?.values ?? [];
}
