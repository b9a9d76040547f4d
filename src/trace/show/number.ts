import { asIs, type Paint } from "../../charts/palette.ts";
import { wrap } from "../../report/wrap.ts";
import { accountOf, type NumberAccount } from "../account.ts";
import { Explainer } from "../element.ts";
import { equalityText, indexText } from "../expressions/shown.ts";
import { DIGITS, significant } from "../expressions/significant.ts";
import { termsIn } from "../expressions/term.ts";
import { equationText } from "../expressions/text.ts";
import type { NumericGradient } from "../numeric.ts";
import type { Recording, Value } from "../recording.ts";
import type { Zero } from "../why.ts";
import { explanationText, originText, titleOf } from "./operation.ts";
import { brief } from "./numbers.ts";

/** Elements that are listed; of more, only how many there are is said. */
const MOST = 12;

/** One number of a trace. */
export interface Place {
  /** The number of its step, from 1. */
  readonly op: number;
  readonly name: string;
  readonly index: readonly number[];
}

/** Everything about one number, in lines of at most so many characters. */
export function explainNumber(
  recording: Recording, { op, name, index }: Place, columns: number, paint: Paint = asIs, digits = DIGITS,
  numeric?: NumericGradient,
): string {
  return [
    ...titleOf(recording, op - 1, columns, paint), "",
    ...numberLines(recording, { op, name, index }, columns, paint, digits, numeric),
  ].join("\n");
}

/** The same without the title. */
export function numberLines(
  recording: Recording, { op, name, index }: Place, columns: number, paint: Paint, digits: number,
  numeric: NumericGradient | string | undefined,
): readonly string[] {
  const { steps } = recording, account = accountOf(steps, op, name, index), { explanation, value } = account;
  const part = (title: string, lines: readonly string[]) => lines.flatMap((line, i) => (
    wrap(line, columns - 14).map((text, k) => (
      `  ${(i + k === 0 ? title : "").padEnd(10)}  ${text.replaceAll("\u00a0", " ")}`))));
  const explainer = new Explainer(steps, op - 1), result = steps[op - 1].results.find((one) => one.name === name);
  const equations = result === undefined ? [] : explainer.equationsOf(result);
  const title = explanation === undefined ? `${name}${indexText(index)} = ${significant(value, digits)}`
    : explanationText(explanation, digits);
  return [
    ...wrap(title, columns - 4).map((line, i) => (i === 0 ? paint.strong(line) : `    ${line}`)), "",
    ...part("equation", equations.map((one) => equationText(one, explainer.nameOf))),
    ...part("with", (explanation?.intermediates ?? []).map((one) => (
      `${one.name}${indexText(one.index)} = ${equalityText(one.term, one.term.value, digits)}`))),
    ...part("from", operandLines(recording, account, digits)),
    ...part("zero as", account.zero === undefined ? [] : zeroLines(account.zero, steps.length)),
    ...part(account.paths.length > 1 ? "paths" : "path", account.paths.map((path) => (
      path.map((step) => `op\u00a0${step} ${steps[step - 1].kind}`).join(" → ")))),
    ...part("goes into", account.influences.map((one) => (
      `op ${one.op} ${steps[one.op - 1].kind}: ${indicesText(one.name, one.indices, one.of)}`))),
    ...part("numeric", typeof numeric === "string" ? [numeric] : numeric ? [numericText(numeric, digits)] : []),
  ];
}

/** "dW1[0,0]: numeric 0.1904, analytic 0.1904, error 1.2e-11". */
export function numericText(of: NumericGradient, digits: number): string {
  const { name, index, analytic, numeric, error, isAtKinks } = of;
  const both = `numeric ${significant(numeric, digits)}, analytic ${significant(analytic, digits)}`;
  return `${name}${indexText(index)}: ${both}, ${isAtKinks ? AT_KINKS : `error ${brief(error)}`}`;
}

const AT_KINKS = "which differ as layers are at kinks, like ReLU at 0; with all numbers moved a little they agree";

function operandLines(recording: Recording, account: NumberAccount, digits: number): readonly string[] {
  const { explanation, op } = account, { steps } = recording;
  if (explanation === undefined) return [];
  const all = [explanation.term, ...explanation.intermediates.map(({ term }) => term)];
  const own = new Set(explanation.intermediates.map(({ name }) => name)), lines = new Map<string, string>();
  for (const term of all.flatMap((one) => [...termsIn(one)])) {
    if (term.kind === "constant") lines.set(term.name, `${term.name} = ${significant(term.value, digits)}`);
    if (term.kind !== "element" || (term.op === undefined && own.has(term.name))) continue;
    const place = `${term.name}${indexText(term.index)}`, symbol = symbolOf(steps[op - 1], term.name);
    const origin = originText(recording, op - 1, { name: term.name, symbol });
    lines.set(place, `${place} = ${significant(term.value, digits)}, ${origin}`);
  }
  const texts = [...lines.values()];
  return texts.length <= MOST ? texts : [...texts.slice(0, MOST), `and ${texts.length - MOST} more`];
}

function symbolOf(step: Recording["steps"][number], name: string): string {
  const all: readonly Value[] = [...step.inputs, ...step.parameters, ...step.mask ? [step.mask] : []];
  return all.find((value) => value.name === name)?.symbol ?? "";
}

/** The reason, and below it the reasons of the zeros that it depends on. */
function zeroLines({ name, index, because, of }: Zero, depth: number): readonly string[] {
  const own = `${name}${indexText(index)}: ${because}`;
  return depth === 0 ? [own] : [own, ...of.flatMap((one) => zeroLines(one, depth - 1).map((line) => `  ${line}`))];
}

function indicesText(name: string, indices: readonly (readonly number[])[], of: number): string {
  if (indices.length === of && of > 1) return `all ${of} elements of ${name}`;
  const shown = indices.slice(0, MOST).map((index) => name + indexText(index)).join(", ");
  return indices.length > MOST ? `${shown} and ${indices.length - MOST} more of ${of}` : shown;
}
