import { edit } from "./change.ts";
import { EditNumber, NumberPanel } from "./number.tsx";
import { isWithin, positionOf, writeCell, type Cell } from "./numbers.ts";
import type { NumberAnswer, Opened } from "./protocol.ts";
import type { Change, StepSettings } from "./settings.ts";
import { ValueTable } from "./table.tsx";

interface StartProps {
  readonly opened: Opened;
  readonly settings: StepSettings;
  readonly set: Change;
  readonly cell: Cell | undefined;
  readonly answer: NumberAnswer | undefined;
  readonly onGo: (op: number, cell: Cell) => void;
}

const NOTHING = { sources: new Set<string>(), targets: new Set<string>() };

export function Start({ opened, settings, set, cell, answer, onGo }: StartProps) {
  const isChosen = cell?.name === "X" && isWithin(cell.index, opened.shape);
  return (
    <section aria-label="The input">
      <h3>A batch of {opened.shape[0]} rows</h3>
      <ol class="captions">
        <li>Each step computes a table of numbers. Select one to see how it was computed.</li>
        <li>
          The forward pass ends in the loss; the backward pass gives each number its gradient; the update moves the
          weights against theirs.
        </li>
        <li>Change any input, weight or mask, and all that depends on it is computed anew.</li>
      </ol>
      <ValueTable
        name="X"
        shape={opened.shape}
        values={opened.x}
        note={opened.labels.length > 0 ? `classes ${opened.labels.join(", ")}` : ""}
        digits={settings.digits}
        chosen={cell}
        related={NOTHING}
        onChoose={(chosen) => set({ cell: writeCell(chosen) })}
      />
      {answer !== undefined && <NumberPanel answer={answer} op={0} settings={settings} onGo={onGo} />}
      {isChosen && (
        <EditNumber
          cell={cell}
          value={opened.x[positionOf(cell.index, opened.shape)]}
          isMask={false}
          onEdit={(value) => edit(settings, set, opened, cell, opened.shape, value)}
        />
      )}
    </section>
  );
}
