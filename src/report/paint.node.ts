import { Chalk, supportsColor } from "chalk";
import type { Terminal } from "../environment.node.ts";
import { asIs, type Paint } from "./paint.ts";

/** Orange and blue, as in the report: told apart by the colour-blind, and seen on black and on white. */
const COLOURS = { plain: "#D98E00", dropout: "#2F8FD0" };

/** Colours where the terminal has them. */
export function paintFor({ live }: Terminal): Paint {
  if (!live) return asIs;
  const chalk = new Chalk({ level: supportsColor === false ? 1 : supportsColor.level });
  return {
    arm: (arm, text) => chalk.hex(COLOURS[arm])(text),
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
  };
}
