/** Changes of numbers that the user may change. */
import { readEdits, withEdit, writeEdits } from "./edits.ts";
import { positionOf, type Cell } from "./numbers.ts";
import type { Opened } from "./protocol.ts";
import type { Change, StepSettings } from "./settings.ts";

export function edit(
  settings: StepSettings,
  set: Change,
  opened: Opened,
  cell: Cell,
  shape: readonly number[],
  value: number,
): void {
  const of = opened.editable.find(({ name }) => name === cell.name)?.of;
  if (of === undefined) return;
  set({
    edits: writeEdits(
      withEdit(readEdits(settings.edits) ?? [], { of, position: positionOf(cell.index, shape), value }),
    ),
  });
}
