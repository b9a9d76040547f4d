import { Chalk } from "chalk";
import { asIs, lookOf, type Paint } from "../charts/palette.ts";
import type { Terminal } from "../environment.node.ts";

/** As far from black as from white: dimmed text would be hard to read on one of them. */
const FAINT = "#767676";

/** Colours if the terminal has them. */
export function paintFor({ colours }: Terminal): Paint {
  if (colours === 0) return asIs;
  const chalk = new Chalk({ level: colours });
  return {
    series: (index, text) => chalk.hex(lookOf(index).terminal)(text),
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.hex(FAINT)(text),
  };
}
