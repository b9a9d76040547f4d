import type { Arm } from "./result.ts";

/** How the reporters set words apart. Nothing they print may depend on it alone. */
export interface Paint {
  arm(arm: Arm, text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

/** No colour at all. */
export const asIs: Paint = { arm: (_, text) => text, strong: (text) => text, faint: (text) => text };

/** A line with its paint on, and how many characters of it are seen: escape codes have no width. */
export interface PaintedLine {
  readonly text: string;
  readonly width: number;
}
