import { log } from "../../math/log.ts";
import type { Recording, Step, Value } from "../recording.ts";
import type { Verdict } from "../layer-verdicts.ts";
import { rowsAndColumns } from "../../tensor/shape.ts";
import { Explainer } from "../element.ts";
import { equationText } from "../expressions/text.ts";
import { equationFor, withNames } from "./formula.ts";
import { significant } from "../expressions/significant.ts";
import { brief, cells, showSizes } from "./numbers.ts";

/** A value as the table shows it: what it is on the left, its numbers on the right. */
export interface Block {
  readonly label: readonly string[];
  readonly sizes: string;
  readonly rows: readonly (readonly string[])[];
  /** Said after each row. */
  readonly notes: readonly string[];
  /** One line for each row of the batch: these can stand side by side. */
  readonly isBatch: boolean;
}

const DROP = "DROP";

/** The network's input: no step computes it. */
export function inputBlock({ input }: Recording, digits: number): Block {
  return block(["   X  the input"], input, cells(input.values, digits), isBatch(input, input));
}

/** The blocks of one step, the first of which says which step it is. */
export function blocksOf(
  step: Step, number: number, { classes, input }: Recording, verdicts: ReadonlyMap<string, Verdict>, digits: number,
): readonly Block[] {
  const { phase } = step;
  const title = `${String(number).padStart(2)} ${nameOf(step)}`;
  const lines = new Set<string>();
  return step.results.filter(({ shape }) => shape.length > 0).map((result, i) => {
    const verdict = phase === "backward" ? verdicts.get(`${number} ${result.name}`) : undefined;
    const checked = verdict && `${verdict.passed ? "ok" : "FAIL"} ${brief(verdict.error)}`;
    const start = i === 0 ? title : " ".repeat(title.length);
    const head = [start, result.name, ...(checked ? [checked] : [])].join("  ");
    const said = saying(step, result);
    const areProbabilities = step.phase !== "backward" && result.name === "P";
    const notes = areProbabilities ? (classes ?? []).map((label) => `(y=${label})`) : [];
    const label = [head, ...said.filter((line) => !lines.has(line)).map((line) => `   ${line}`)];
    for (const line of said) lines.add(line);
    const sideBySide = isBatch(result, input) && !isOfParameter(step, result);
    return block(label, result, cellsOf(step, result, digits), sideBySide, notes);
  });
}

/** The step's single numbers: what a layer adds to the loss, the loss, and their sum; each with what goes before it. */
export function lossLines(
  step: Step, number: number, classes: readonly number[] | undefined,
): readonly (readonly [start: string, text: string])[] {
  return step.results.flatMap((result, i) => {
    const start = i === 0 ? `${String(number).padStart(2)} ${nameOf(step)}  ` : "   ";
    if (result.symbol === "R") return [["   ", `${shownNumber(result)}, added to the loss by ${step.layer}`] as const];
    if (result.symbol === "J") return [["   ", `${shownNumber(result)}, with all that is added`] as const];
    return result.symbol === "L" ? [[start, lossLine(step, result, classes)] as const] : [];
  });
}

function shownNumber({ name, values: [value] }: Value): string {
  const isPlain = Math.abs(value) >= 0.0001 && Math.abs(value) < 10_000;
  return `${name} = ${isPlain ? value.toFixed(6) : String(value)}`;
}

/**
 * The loss with its numbers put in: of each row, minus the logarithm of the probability of its class. Other losses have
 * their formula.
 */
function lossLine(step: Step, loss: Value, classes: readonly number[] | undefined): string {
  const { inputs, results, formula } = step, stated = equationFor(step, loss);
  const p = [...inputs, ...results].find(({ symbol }) => symbol === "P");
  const way = /L = (mean|sum)\(-Σ t · ln P\)$/.exec(formula ?? "")?.[1];
  const t = inputs.find(({ symbol }) => symbol === "t");
  const shown = shownNumber(loss);
  if (p === undefined || way === undefined || classes === undefined) {
    return stated === undefined ? shown : `${shown} = ${withNames(stated, step)}`;
  }
  const { columns } = rowsAndColumns(p.shape), at = classes.map((label, row) => row * columns + label);
  // Rows that are ignored have no term.
  const chosen = at.filter((i) => t?.values[i] === 1).map((i) => p.values[i]);
  const texts = (digits: number) => chosen.map((value) => significant(value, digits));
  // So many digits that the terms as shown make the loss as shown.
  const made = (digits: number) => {
    const sum = texts(digits).reduce((all, text) => all - log(Number(text)), 0);
    return shownNumber({ ...loss, values: [way === "sum" ? sum : sum / chosen.length] });
  };
  const digits = [4, 5, 6, 7].find((some) => made(some) === shown) ?? 8;
  const terms = texts(digits).map((text) => `-ln ${text}`);
  const some = terms.length > 4 ? [...terms.slice(0, 3), "…"] : terms;
  return `${shown} ${made(digits) === shown ? "=" : "≈"} ${way}(${some.join(", ")})`;
}

/** "Affine": what stands after the layer's place. */
function nameOf({ layer, phase, of, kind }: Step): string {
  if (phase === "update") return kind;
  if (phase === "loss" || of?.phase === "loss") return kind;
  return layer.slice(layer.indexOf(" ") + 1);
}

/** The equation of a result; of an update those of what it needs, too, as the norm of a unit. */
function saying(step: Step, result: Value): readonly string[] {
  const { name, symbol } = result;
  if (symbol === "mask") return [`${name} = ${/mask\/keep/.test(step.formula ?? "") ? "mask/keep" : "mask"}`];
  const stated = equationFor(step, result);
  if (stated !== undefined) return [`${name} = ${withNames(stated, step)}`];
  if (step.phase !== "update") return [];
  const explainer = new Explainer([step], 0), equations = explainer.equationsOf(result);
  const texts = equations.map((equation) => equationText(equation, explainer.nameOf)), own = texts.pop();
  return own === undefined ? [] : [...texts, [name, ...own.split(" = ").slice(1)].join(" = ")];
}

/** A mask says what it does to a unit, and a gradient through it where the unit was dropped. */
function cellsOf({ mask, phase }: Step, { symbol, values }: Value, digits: number): readonly string[] {
  if (symbol === "mask") return values.map((value) => (value === 0 ? DROP : `×${significant(value, digits)}`));
  const isThrough = phase === "backward" && symbol === "dx" && mask?.values.length === values.length;
  const isDropped = (i: number) => isThrough && values[i] === 0 && mask.values[i] === 0;
  return cells(values, digits).map((text, i) => (isDropped(i) ? DROP : text));
}

function isOfParameter({ parameters }: Step, { symbol }: Value): boolean {
  return parameters.some((parameter) => symbol === `d${parameter.symbol}`);
}

function isBatch({ shape }: Value, input: Value): boolean {
  return shape.length === 2 && shape[0] === input.shape[0];
}

function block(
  label: readonly string[], { shape }: Value, texts: readonly string[], sideBySide: boolean,
  notes: readonly string[] = [],
): Block {
  const { rows, columns } = rowsAndColumns(shape);
  return {
    label, sizes: showSizes(shape), isBatch: sideBySide, notes,
    rows: Array.from({ length: rows }, (_, row) => texts.slice(row * columns, (row + 1) * columns)),
  };
}
