/** One step: its equations, what it was made of and what it makes, and all about the chosen number. */
import type { TraceStep } from "chainrule";
import { edit } from "./change.ts";
import { EditNumber, Guess, NumberPanel } from "./number.tsx";
import { isWithin, positionOf, writeCell, type Cell } from "./numbers.ts";
import type { NumberAnswer, Opened } from "./protocol.ts";
import type { Change, StepSettings } from "./settings.ts";
import { Source } from "./source.tsx";
import { ValueTable } from "./table.tsx";

interface OperationProps {
  readonly opened: Opened;
  readonly step: TraceStep;
  readonly settings: StepSettings;
  readonly cell: Cell | undefined;
  readonly sources: ReadonlySet<string>;
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
  sources,
  answer,
  isHidden,
  onSeen,
  set,
  onGo,
}: OperationProps) {
  const { digits } = settings,
    inputs = step.inputs.map((input) => ({ ...input, values: valuesOf(opened, input) }));
  const changed = opened.editable.find(({ name }) => name === cell?.name);
  const edited = [...inputs, ...step.results].find(({ name }) => name === cell?.name);
  const isMask = changed?.of.startsWith("m") === true;
  const guessed = isHidden ? step.results.find(({ values }) => values.length > 0) : undefined;
  const guessCell: Cell | undefined =
    guessed && (cell?.name === guessed.name ? cell : { name: guessed.name, index: guessed.shape.map(() => 0) });
  return (
    <section aria-label={`Step ${step.op}`}>
      <h3>
        {step.op}. {step.kind} <small>{step.phase}</small>
      </h3>
      {step.results
        .flatMap(({ equations }) => equations)
        .filter((one, i, all) => all.indexOf(one) === i)
        .map((equation) => (
          <p key={equation} class="equation">
            {equation}
          </p>
        ))}
      <h4>from</h4>
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
            sources={sources}
            isMask={opened.editable.some((one) => one.name === name && one.of.startsWith("m"))}
            onChoose={(chosen) => (op === undefined ? set({ cell: writeCell(chosen) }) : onGo(op, chosen))}
          />
        ))}
      </div>
      <h4>makes</h4>
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
            sources={sources}
            isHidden={isHidden}
            isMask={opened.editable.some((one) => one.name === name && one.of.startsWith("m"))}
            onChoose={(chosen) => set({ cell: writeCell(chosen) })}
          />
        ))}
      </div>
      {guessed !== undefined && guessCell !== undefined && (
        <Guess
          key={writeCell(guessCell)}
          cell={guessCell}
          value={guessed.values[positionOf(guessCell.index, guessed.shape)]}
          onDone={onSeen}
        />
      )}
      {!isHidden && answer !== undefined && <NumberPanel answer={answer} digits={digits} onGo={onGo} />}
      {changed !== undefined && cell !== undefined && edited !== undefined && isWithin(cell.index, edited.shape) && (
        <EditNumber
          cell={cell}
          value={edited.values[positionOf(cell.index, edited.shape)]}
          isMask={isMask}
          onEdit={(value) => edit(settings, set, opened, cell, edited.shape, value)}
        />
      )}
      <Source kind={step.kind} phase={step.phase} />
    </section>
  );
}

/** The numbers of something a step was made of: the step it came from has them, or the step says them itself. */
function valuesOf(opened: Opened, { name, op, values }: TraceStep["inputs"][number]): readonly number[] {
  if (values !== undefined) return values;
  if (op === undefined) return name === "X" ? opened.x : [];
  return opened.steps[op - 1].results.find((result) => result.name === name)?.values ?? [];
}
