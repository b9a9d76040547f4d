import type { Recording, Step, Value } from "../recording.ts";
import { rowsAndColumns, sizeOf } from "../../tensor/shape.ts";
import { asIs, type Paint } from "../../charts/palette.ts";
import { wrap } from "../../report/wrap.ts";
import { Explainer, originOf, type Explanation } from "../element.ts";
import { equalityText, indexText } from "../expressions/shown.ts";
import { DIGITS, significant } from "../expressions/significant.ts";
import { equationText } from "../expressions/text.ts";
import { equationFor, withNames } from "./formula.ts";
import { showSizes } from "./numbers.ts";

/** Elements of a result that are worked out one by one; of the others, only how many there are is said. */
const MOST_ELEMENTS = 12;
const MOST_ROWS = 4;

/** How an operation is shown. */
interface Look {
  readonly explainer: Explainer;
  readonly paint: Paint;
  /** Significant digits. */
  readonly digits: number;
}

/** One operation: its formula, where each number came from, and the numbers put into the formula. */
export function explainOperation(
  recording: Recording, index: number, columns: number, paint: Paint = asIs, digits = DIGITS,
): string {
  const step = recording.steps[index], look = { explainer: new Explainer(recording.steps, index), paint, digits };
  return [
    ...titleOf(recording, index, columns, paint), "",
    ...where(recording, index, columns, look),
    ...step.results.flatMap((result) => ["", ...worked(step, result, columns, look)]),
  ].join("\n");
}

/** Which operation it is, and what is known about it. */
export function titleOf({ steps }: Recording, index: number, columns: number, paint: Paint): readonly string[] {
  const { kind, layer, phase, mode, source } = steps[index];
  const place = layer.includes(" ") ? `${layer.slice(0, layer.indexOf(" "))} ${kind}` : kind;
  const facts = [phase, mode && `mode ${mode.toUpperCase()}`, source].filter((fact) => fact !== undefined);
  return [
    paint.strong(`op ${index + 1} of ${steps.length}  ${place}`),
    ...wrap(facts.join(", "), columns - 2).map((line) => paint.faint(`  ${line}`)),
  ];
}

/** What the equations of a step use, each with the operation it came from. */
function where(recording: Recording, index: number, columns: number, look: Look): readonly string[] {
  const step = recording.steps[index], { of } = step, { explainer, paint } = look;
  const mask = step.mask === undefined || step.results.includes(step.mask) ? [] : [step.mask];
  const candidates = new Map([
    ...step.inputs, ...step.parameters, ...mask, ...of?.inputs ?? [], ...of?.results ?? [], ...step.before,
  ].map((value) => [value.name, value]));
  const used = new Set(step.results.flatMap((result) => [...explainer.operandsOf(result)]).map(({ name }) => name));
  const own = new Set(step.inputs.map(({ name }) => name));
  const values = [...candidates.values()].filter(({ name }) => (used.size > 0 ? used.has(name) : own.has(name)));
  const width = Math.max(0, ...values.map(({ name }) => name.length));
  return values.flatMap((value) => {
    const origin = originText(recording, index, value);
    return [
      ...wrap(`${value.name.padEnd(width)}  ${showSizes(value.shape)}  ${origin}`, columns - 2)
        .map((line, i) => `  ${i === 0 ? line : paint.faint(line)}`),
      ...rowsOf(value, columns - 6, look).map((line) => paint.faint(`      ${line}`)),
    ];
  });
}

/** Where a value that a step uses comes from, in words. */
export function originText(
  { steps, input, classes }: Recording, index: number, value: Pick<Value, "name" | "symbol">,
): string {
  const { name, symbol } = value, { parameters, phase } = steps[index], op = originOf(steps, index, value);
  if (name === input.name) return "the network's input";
  if (symbol === "t") return classes === undefined ? "the labels" : "the labels, as probabilities";
  if (op !== undefined) {
    const from = steps[op - 1], same = symbol === "mask" && op - 1 < index ? "the same mask: " : "";
    return `${same}op ${op}, ${from.kind} ${from.phase === "loss" ? "" : from.phase}`.trimEnd();
  }
  if (parameters.some((parameter) => parameter.name === name)) return "a parameter of this layer";
  if (phase !== "update") return "known to the layer around it alone";
  return symbol === "w" ? "the parameter before the first update" : "0 before the first update";
}

function rowsOf({ shape, values }: Value, columns: number, { digits }: Look): readonly string[] {
  const { rows, columns: count } = rowsAndColumns(shape);
  const cells = values.slice(0, MOST_ROWS * count).map((value) => significant(value, digits));
  const width = Math.max(0, ...cells.map((text) => text.length)) + 2;
  const most = Math.max(1, Math.floor((columns - 3) / width));
  const lines = Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, row) => {
    const line = cells.slice(row * count, row * count + Math.min(count, most));
    return line.map((text) => text.padStart(width)).join("").slice(2) + (count > most ? "  …" : "");
  });
  return rows > MOST_ROWS ? [...lines, `… ${rows - MOST_ROWS} more rows`] : lines;
}

/** The equations of a result, and then its elements with the numbers put in. */
function worked(step: Step, result: Value, columns: number, look: Look): readonly string[] {
  const { explainer, paint, digits } = look, equations = explainer.equationsOf(result);
  const indent = (lines: readonly string[], first = "  ") => (
    lines.map((line, i) => (i === 0 ? first : "      ") + line));
  if (equations.length === 0) {
    const said = result.symbol === "mask" ? maskWords(step) : statedFormula(step, result) ?? "came out as";
    const rows = rowsOf(result, columns - 6, look).map((line) => `      ${line}`);
    return [...indent(wrap(`${result.name} ${said}`, columns - 6)).map((line) => paint.strong(line)), ...rows];
  }
  const names = equations.flatMap((equation) => (
    indent(wrap(equationText(equation, explainer.nameOf), columns - 6))));
  const count = sizeOf(result.shape), seen = new Set<string>();
  const lines = Array.from({ length: Math.min(count, MOST_ELEMENTS) }, (_, i) => {
    const explanation = explainer.explain(result, i);
    if (explanation === undefined) return [];
    const fresh = explanation.intermediates.map(({ name, index, term }) => (
      `${name}${indexText(index)} = ${equalityText(term, term.value, digits)}`)).filter((line) => !seen.has(line));
    fresh.forEach((line) => { seen.add(line); });
    const own = explanationText(explanation, digits);
    return [...fresh.flatMap((line) => indent(wrap(line, columns - 6), "    ")), ...indent(wrap(own, columns - 6))];
  });
  const rest = count > MOST_ELEMENTS ? [`  … and ${count - MOST_ELEMENTS} more`] : [];
  return [...names.map((line) => paint.strong(line)), ...lines.flat(), ...rest];
}

/** The layer's own words, if it states a formula but no equations. */
function statedFormula(step: Step, result: Value): string | undefined {
  const equation = equationFor(step, result);
  return equation && `= ${withNames(equation, step)}`;
}

function maskWords({ mask, constants, kind }: Step): string {
  if (mask?.values.some((value) => value === 0) !== true && kind.startsWith("Gaussian")) return "was drawn";
  const isScaled = constants.keep !== undefined && mask?.values.some((value) => value !== 0 && value !== 1) === true;
  const scaled = `= drawn / ${constants.keep}: 0 drops a unit, 1 / keep scales the others`;
  return isScaled ? scaled : "was drawn: 0 drops a unit";
}

/** "z1[0,1] = 1·0.5 + 2·0.25 = 1"; if the layer's equation does not give the number, it says so. */
export function explanationText({ name, index, term, value, agrees }: Explanation, digits: number): string {
  const start = `${name}${indexText(index)} = `;
  if (agrees) return start + equalityText(term, value, digits);
  const wrong = `, but the layer computed ${significant(value, digits)}`;
  return `${start}${equalityText(term, term.value, digits)}${wrong}`;
}
