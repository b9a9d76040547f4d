import type { Recording, Step, Value } from "../recording.ts";
import { rowsAndColumns, sizeOf } from "../../tensor/shape.ts";
import { asIs, type Paint } from "../../report/paint.ts";
import { wrap } from "../../report/wrap.ts";
import { equationFor, withNames, withNumbers } from "./formula.ts";
import { short, showSizes } from "./numbers.ts";

/** Elements of a result that are worked out one by one; of the others, only how many there are is said. */
const MOST_ELEMENTS = 12;
const MOST_ROWS = 4;

/** One operation: its formula, where each number came from, and the numbers put into the formula. */
export function explainOperation(
  recording: Recording, index: number, columns: number, paint: Paint = asIs,
): string {
  const step = recording.steps[index];
  const { kind, layer, phase, mode, source } = step;
  const place = layer.includes(" ") ? `${layer.slice(0, layer.indexOf(" "))} ${kind}` : kind;
  const facts = [phase, mode && `mode ${mode.toUpperCase()}`, source].filter((fact) => fact !== undefined);
  const title = `op ${index + 1} of ${recording.steps.length}  ${place}`;
  return [
    paint.strong(title),
    ...wrap(facts.join(", "), columns - 2).map((line) => paint.faint(`  ${line}`)), "",
    ...where(recording, index, columns, paint),
    ...step.results.flatMap((result) => ["", ...worked(step, result, columns, paint)]),
  ].join("\n");
}

/** What the formulas of a step speak of, each with the operation it came from. */
function where(recording: Recording, index: number, columns: number, paint: Paint): readonly string[] {
  const step = recording.steps[index];
  const spoken = step.results.map((result) => equationFor(step, result)?.right ?? "").join(" ").trim();
  const { of } = step;
  const mask = step.mask === undefined || step.results.includes(step.mask) ? [] : [step.mask];
  const candidates = [
    ...step.inputs, ...step.parameters, ...mask, ...(of?.inputs ?? []), ...(of?.results ?? []),
  ];
  const seen = new Set<string>();
  const values = candidates.filter(({ name, symbol }) => {
    const isNew = !seen.has(name);
    seen.add(name);
    const pattern = symbol.replace(/[^A-Za-z0-9]/g, "\\$&");
    const isSpokenOf = new RegExp(`(^|[^A-Za-z])${pattern}([^A-Za-z0-9]|$)`).test(spoken);
    return isNew && (isSpokenOf || (spoken === "" && step.inputs.some((input) => input.name === name)));
  });
  const width = Math.max(0, ...values.map(({ name }) => name.length));
  return values.flatMap((value) => {
    const origin = originOf(recording, index, value);
    return [
      ...wrap(`${value.name.padEnd(width)}  ${showSizes(value.shape)}  ${origin}`, columns - 2)
        .map((line, i) => `  ${i === 0 ? line : paint.faint(line)}`),
      ...rowsOf(value, columns - 6).map((line) => paint.faint(`      ${line}`)),
    ];
  });
}

function originOf({ steps, input }: Recording, index: number, { name, symbol }: Value): string {
  const step = steps[index];
  if (name === input.name) return "the network's input";
  if (symbol === "t") return "the labels, as probabilities";
  if (step.parameters.some((parameter) => parameter.name === name)) return "a parameter of this layer";
  const from = steps.findIndex(({ results }) => results.some((result) => result.name === name));
  if (from < 0) return "known to the layer around it alone";
  const { kind, phase } = steps[from];
  const same = symbol === "mask" ? "the same mask: " : "";
  return `${same}op ${from + 1}, ${kind} ${phase === "loss" ? "" : phase}`.trimEnd();
}

function rowsOf({ shape, values }: Value, columns: number): readonly string[] {
  const { rows, columns: count } = rowsAndColumns(shape);
  const cells = values.slice(0, MOST_ROWS * count).map(short);
  const width = Math.max(0, ...cells.map((text) => text.length)) + 2;
  const most = Math.max(1, Math.floor((columns - 3) / width));
  const lines = Array.from({ length: Math.min(rows, MOST_ROWS) }, (_, row) => {
    const line = cells.slice(row * count, row * count + Math.min(count, most));
    return line.map((text) => text.padStart(width)).join("").slice(2) + (count > most ? "  …" : "");
  });
  return rows > MOST_ROWS ? [...lines, `… ${rows - MOST_ROWS} more rows`] : lines;
}

/** The equation of a result, and then its elements with the numbers put in. */
function worked(step: Step, result: Value, columns: number, paint: Paint): readonly string[] {
  const equation = equationFor(step, result);
  const indent = (lines: readonly string[]) => lines.map((line, i) => (i === 0 ? "  " : "      ") + line);
  if (equation === undefined) {
    const said = result.symbol === "mask" ? `= ${maskWords(step)}` : "came out as";
    const rows = rowsOf(result, columns - 6).map((line) => `      ${line}`);
    return [`  ${paint.strong(`${result.name} ${said}`)}`, ...rows];
  }
  const count = sizeOf(result.shape);
  const lines = Array.from({ length: Math.min(count, MOST_ELEMENTS) }, (_, i) => {
    const numbers = withNumbers(equation, step, result, i);
    const name = `${result.name}${indexOf(i, result)}`;
    const value = count === 1 ? result.values[i].toFixed(6) : short(result.values[i]);
    return indent(wrap([name, ...(numbers === undefined ? [] : [numbers]), value].join(" = "), columns - 6));
  });
  const names = wrap(`${result.name} = ${withNames(equation, step)}`, columns - 6);
  const rest = count > MOST_ELEMENTS ? [`  … and ${count - MOST_ELEMENTS} more`] : [];
  return [...indent(names).map((line) => paint.strong(line)), ...lines.flat(), ...rest];
}

function maskWords({ formula, constants }: Step): string {
  const isScaled = /mask\/keep/.test(formula ?? "");
  const scale = isScaled && constants.keep !== undefined ? `/${constants.keep}` : "";
  return `mask${scale}: 0 drops a unit`;
}

function indexOf(flat: number, { shape }: Value): string {
  if (shape.length === 0) return "";
  const { columns } = rowsAndColumns(shape);
  return shape.length === 1 ? `[${flat}]` : `[${Math.floor(flat / columns)},${flat % columns}]`;
}
