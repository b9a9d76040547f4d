import { Chalk } from "chalk";
import { asIs, lookOf, type Paint } from "../charts/palette.ts";
import type { Terminal } from "../environment.node.ts";

/** As far from black as from white: dimmed text would be hard to read on one of them. */
const FAINT = 243;

/**
 * Colours if the terminal has 256 of them, each by its number: what it makes of others may be too light. Its first 16
 * may be any, and so are not used.
 */
export function paintFor({ colours }: Terminal): Paint {
  if (colours === 0) return asIs;
  const chalk = new Chalk({ level: colours });
  const inColour = (colour: number | undefined, text: string) => (
    colours === 1 || colour === undefined ? text : chalk.ansi256(colour)(text));
  return {
    series: (index, text) => inColour(lookOf(index).terminal, text),
    strong: (text) => chalk.bold(text),
    faint: (text) => inColour(FAINT, text),
  };
}
