import type { Shape } from "chainrule";

/** What readShape takes. */
export const SHAPE = "sizes of at most 256 numbers, such as 3 or 1x4x4";

/** "3" or "2x4x4": a row of the input, without the batch axis; undefined for anything else. */
export function readShape(text: string): Shape | undefined {
  if (!/^\d{1,3}(x\d{1,3}){0,2}$/.test(text)) return undefined;
  const shape = text.split("x").map(Number),
    size = shape.reduce((product, side) => product * side, 1);
  return size >= 1 && size <= 256 ? shape : undefined;
}

export function writeShape(shape: Shape): string {
  return shape.join("x");
}
