/** Numbers that the user has changed, as text: "x.3=0.5;p0.2=-1;m0.5=0". */

export interface Edit {
  /** The input, a parameter by its number, or a mask by the number of its layer. */
  readonly of: "x" | `p${number}` | `m${number}`;
  readonly position: number;
  readonly value: number;
}

/** Numbers beyond it are refused: results would not be finite. */
export const MOST = 1e6;

export function readEdits(text: string): readonly Edit[] | undefined {
  if (text === "") return [];
  const edits = text.split(";").map((one): Edit | undefined => {
    const [, of, position, written] =
      /^(x|[pm]\d{1,3})\.(\d{1,5})=(-?\d+\.?\d*(?:e[+-]?\d{1,3})?|-?\.\d+)$/.exec(one) ?? [];
    if (of === undefined || Math.abs(Number(written)) > MOST) return undefined;
    return { of: of as Edit["of"], position: Number(position), value: Number(written) };
  });
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

export function writeEdits(edits: readonly Edit[]): string {
  return edits.map(({ of, position, value }) => `${of}.${position}=${value}`).join(";");
}

/** With one number changed, again or for the first time. */
export function withEdit(edits: readonly Edit[], edit: Edit): readonly Edit[] {
  return [...edits.filter(({ of, position }) => of !== edit.of || position !== edit.position), edit];
}

/** Without those of masks, as text. */
export function withoutMasks(text: string): string {
  return writeEdits((readEdits(text) ?? []).filter(({ of }) => of[0] !== "m"));
}
