/** Options of a picture on its command line. */
import { checkInteger } from "../../tensor/checks.ts";
import { OptionError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { choice, integer, last, nameOf, number, readArguments, toggle, word, type Usage } from "../arguments.node.ts";
import { KINDS } from "./kinds.node.ts";

const FLAGS = {
  "kind": choice("KIND", "what to draw, as below; default layers", Object.keys(KINDS)),
  "out": word("FILE", "where it goes: .svg, or .png if @napi-rs/canvas is installed; by default it is printed"),
  "width": number("N", "of the picture; default 720", { min: 240, max: 10_000 }),
  "row": integer("N", "thinned: the row of x, from 0", { min: 0 }),
  "units": integer("N", "thinned, weights: how many units are drawn", { min: 1, max: 200 }),
  "threshold": number("X", "regions, for one output: class 1 lies above it"),
  "input": last("N,N", "layers, mermaid, dot: the shape of the input, if the network does not tell it", readShape),
  "eval": toggle("in eval mode: nothing is dropped"),
};

export const usageOf = (call: string): Usage<typeof FLAGS> => ({
  call,
  does: "Draws a network, or one pass of it, as SVG.",
  takes: "[SCRIPT|MODEL|EXPERIMENT]",
  flags: FLAGS,
  more: `Kinds:
${Object.entries(KINDS).map(([kind, { does }]) => `  ${kind.padEnd(11)}  ${does}`).join("\n")}

Examples:
  ${call} --kind graph --out graph.svg           the computational graph of a tiny network
  ${call} mine.js --kind thinned --out net.png   a script that exports network and x
  ${call} model.safetensors --kind mermaid       a file that saveModel wrote

Kinds that show a pass need x, and those with gradients labels, too: a script exports them, and an experiment has its
training data (8 rows of it, for regions all).`,
});

/**
 * Reads the arguments after the command's name; undefined if help was requested.
 * @throws OptionError for what is unknown or does not go together.
 */
export function readOptions(usage: Usage<typeof FLAGS>, args: readonly string[]) {
  const given = readArguments(usage, args);
  if (given === undefined) return undefined;
  const { positionals, values: { kind = "layers", out, input: inputShape, eval: isEval, ...drawing } } = given;
  if (positionals.length > 1) {
    throw new OptionError({ where: nameOf(usage), given: `${positionals.length} files`, allowed: "one" });
  }
  const { takes, isText = false } = KINDS[kind], set = Object.entries({ ...drawing, input: inputShape });
  for (const [name, value] of set) {
    if (value === undefined || takes.includes(name)) continue;
    const allowed = takes.length === 0 ? "no such option" : takes.map((one) => `--${one}`).join(", ");
    throw new OptionError({ where: `--kind ${kind}`, given: `--${name}`, allowed });
  }
  if (out !== undefined && isText && /\.(svg|png)$/i.test(out)) {
    const advice = `--kind ${kind} is text, which other programs draw: dot -Tsvg, mermaid-cli.`;
    throw new OptionError({ where: "--out", given: JSON.stringify(out), allowed: "a name of a text file", advice });
  }
  const file: string | undefined = positionals[0];
  return { file, kind, out, inputShape, isEval, ...drawing };
}

export type Options = NonNullable<ReturnType<typeof readOptions>>;

function readShape(text: string, where: string): Shape {
  return text.split(",").map((length) => (
    checkInteger(where, /^\d{1,9}$/.test(length) ? Number(length) : length, { min: 1 })));
}
