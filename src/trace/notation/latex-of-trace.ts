import { Explainer } from "../element.ts";
import type { Recording, Step, Value } from "../recording.ts";
import { rowsAndColumns } from "../../tensor/shape.ts";
import { equationBox, numberBox, text, type Box } from "./box.ts";
import { toLatex } from "./latex.ts";
import { elementBoxes } from "./of-element.ts";

/** Rows and columns of a matrix that are shown; of larger ones the middle is left out. */
const MOST = 8;

/** One number: its equations, and its numbers put in, as an align* of LaTeX. */
export function elementLatex(
  steps: readonly Step[], op: number, name: string, at: readonly number[], digits: number,
): string {
  return aligned(elementBoxes(steps, op, name, at, digits).map(lineOf));
}

/** All steps of a trace, or one of them: each result with its equation and its numbers as a matrix. */
export function traceLatex({ steps, input }: Recording, digits: number, only?: number): string {
  const first = `% the input\n${aligned([`${toLatex(text("name", input.name))} &= ${matrix(input, digits)}`])}`;
  const all = steps.flatMap((_, i) => (only === undefined || only === i + 1 ? [stepLatex(steps, i, digits)] : []));
  return [...only === undefined ? [first] : [], ...all].join("\n\n");
}

function stepLatex(steps: readonly Step[], i: number, digits: number): string {
  const { kind, phase, results } = steps[i], explainer = new Explainer(steps, i);
  const lines = results.flatMap((result) => {
    const equations = explainer.equationsOf(result).map((one) => lineOf(equationBox(one, explainer.nameOf)));
    return [...equations, `${toLatex(text("name", result.name))} &= ${matrix(result, digits)}`];
  });
  return `% ${i + 1} ${kind}, ${phase}\n${aligned(lines)}`;
}

function matrix({ shape, values }: Value, digits: number): string {
  if (shape.length === 0) return toLatex(numberBox(values[0], digits));
  const { rows, columns } = rowsAndColumns(shape);
  const cell = (row: number, column: number) => toLatex(numberBox(values[row * columns + column], digits));
  const some = (count: number) => (count <= MOST ? [...Array(count).keys()]
    : [...Array(MOST - 2).keys(), undefined, count - 1]);
  const lines = some(rows).map((row) => some(columns).map((column) => (
    row === undefined ? "\\vdots" : column === undefined ? "\\cdots" : cell(row, column))).join(" & "));
  return `\\begin{pmatrix}${lines.join(" \\\\ ")}\\end{pmatrix}`;
}

/** Aligned at its first equals sign. */
function lineOf(box: Box): string {
  if (box.kind !== "row") return toLatex(box);
  const [left, , ...right] = box.parts;
  return `${toLatex(left)} &= ${right.map(toLatex).join("")}`;
}

function aligned(lines: readonly string[]): string {
  return `\\begin{align*}\n  ${lines.join(" \\\\\n  ")}\n\\end{align*}`;
}
