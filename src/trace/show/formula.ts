import type { Step, Value } from "../recording.ts";
import { rowsAndColumns, sizeOf } from "../../tensor/shape.ts";
import { short } from "./numbers.ts";

/** One equation of a formula: "dw" and "xᵀ·dy". */
export interface Equation {
  readonly left: string;
  readonly right: string;
}

/** An element of what an equation gives, and whether it is a sum over the rows of the batch. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly overRows: boolean;
}

/** Longer sums are cut in the middle. */
const TERMS = 6;
const WORD = /mask(?:\/keep)?|[A-Za-z_]\w*[₀-₉]*/g;
const PRODUCT = /([A-Za-z_]\w*)(ᵀ?)·([A-Za-z_]\w*)(ᵀ?)/;

/** The equations of a step, one for each of its results that has one. */
export function equationsOf(step: Step): readonly Equation[] {
  return (step.formula ?? "").split(/,\s+(?=[A-Za-z_]\w* = )/).flatMap((text) => {
    const [left, right] = text.split(" = ");
    return right === undefined ? [] : [{ left, right: spellOut(right, step) }];
  });
}

/** The equation that gives a result: that of dx holds for dx₁ and dx₂, too. */
export function equationFor(step: Step, { symbol }: Value): Equation | undefined {
  const plain = symbol.replace(/[₀-₉]+$/, "");
  return equationsOf(step).find(({ left }) => left === symbol || left === plain);
}

/** The right side in the names of the trace: X·W1 + b1. */
export function withNames({ right }: Equation, step: Step): string {
  const values = valuesOf(step);
  return right.replace(WORD, (word) => valueFor(values, word)?.name ?? word);
}

/** The right side for one element, in numbers; undefined where not a single number could be put in. */
export function withNumbers(
  { right }: Equation, step: Step, result: Value, index: number,
): string | undefined {
  const { columns } = rowsAndColumns(result.shape);
  const isGradient = step.parameters.some(({ symbol }) => result.symbol === `d${symbol}`);
  const place = { row: Math.floor(index / columns), column: index % columns, overRows: isGradient };
  const text = new Numbers(step).put(right, place);
  if (text === right) return undefined;
  // A minus needs no brackets of its own where something opens just before it.
  return text.replace(/^\((-[^()]*)\)/, "$1").replace(/([(,] ?)\((-[^()]*)\)(?=[,) ])/g, "$1$2");
}

/** Everything a formula of this step may speak of. In backward that is also what its forward had. */
function valuesOf(step: Step): ReadonlyMap<string, Value> {
  const { of } = step;
  const all = [
    ...(of?.inputs ?? []), ...(of?.results ?? []), ...step.parameters, ...(step.mask ? [step.mask] : []),
    ...step.inputs, ...step.results,
  ];
  return new Map(all.map((value) => [value.symbol, value]));
}

function valueFor(values: ReadonlyMap<string, Value>, word: string): Value | undefined {
  return values.get(word === "mask/keep" ? "mask" : word);
}

/** "x₁ + x₂ + …" with as many as there are. */
function spellOut(right: string, { inputs }: Step): string {
  const listed = /([A-Za-z]+)₁ (\S) \1₂ \2 …/.exec(right);
  if (listed === null) return right;
  const [pattern, , operator] = listed;
  return right.replace(pattern, inputs.map(({ symbol }) => symbol).join(` ${operator} `));
}

/** Puts numbers into formulas. */
class Numbers {
  private readonly values: ReadonlyMap<string, Value>;
  private readonly step: Step;
  private readonly rows: number;

  constructor(step: Step) {
    this.step = step;
    this.values = valuesOf(step);
    this.rows = step.inputs[0]?.shape[0] ?? 1;
  }

  put(text: string, place: Place): string {
    const over = /\b(mean|sum)\((.*)\)/.exec(text);
    if (over !== null) {
      const each = this.terms(this.rows, (row) => this.put(over[2], { ...place, row }));
      return text.replace(over[0], `${over[1]}(${each.join(", ")})`);
    }
    const sum = text.indexOf("Σ ");
    if (sum >= 0) {
      const start = sum + 2, end = endOfProduct(text, start), body = text.slice(start, end);
      const { columns } = rowsAndColumns(this.shapeIn(body));
      const terms = place.overRows
        ? this.terms(this.rows, (row) => this.put(body, { ...place, row, overRows: false }))
        : this.terms(columns, (column) => this.put(body, { ...place, column }));
      const isAll = sum === 0 && end === text.length;
      const joined = isAll ? terms.join(" + ") : `(${terms.join(" + ")})`;
      return this.put(text.slice(0, sum), place) + joined + this.put(text.slice(end), place);
    }
    const product = PRODUCT.exec(text);
    const expanded = product && this.product(product, place);
    if (product !== null && expanded) {
      const { index } = product, end = index + product[0].length;
      return this.put(text.slice(0, index), place) + expanded + this.put(text.slice(end), place);
    }
    return text.replace(WORD, (word) => this.number(word, place) ?? word);
  }

  /** Row i of the left times column j of the right factor. */
  private product(found: RegExpExecArray, { row, column }: Place): string | undefined {
    const [, left, leftT, right, rightT] = found;
    const a = this.values.get(left), b = this.values.get(right);
    if (a === undefined || b === undefined || b.shape.length < 2) return undefined;
    const sizes = rowsAndColumns(a.shape), inner = leftT === "" ? sizes.columns : sizes.rows;
    const at = (value: Value, i: number, j: number, isTransposed: boolean) => {
      const { columns } = rowsAndColumns(value.shape);
      return guarded(value.values[isTransposed ? j * columns + i : i * columns + j]);
    };
    const term = (k: number) => `${at(a, row, k, leftT !== "")}·${at(b, k, column, rightT !== "")}`;
    return this.terms(inner, term).join(" + ");
  }

  /** A number by itself, one of a row added to every row, or one of as many as the result has. */
  private number(word: string, { row, column }: Place): string | undefined {
    const constant = this.step.constants[word];
    if (constant !== undefined) return guarded(constant);
    const value = valueFor(this.values, word);
    if (value === undefined) return undefined;
    const { rows, columns } = rowsAndColumns(value.shape);
    if (sizeOf(value.shape) === 1) return guarded(value.values[0]);
    return guarded(value.values[(rows === 1 ? 0 : row) * columns + (columns === 1 ? 0 : column)]);
  }

  private terms(count: number, term: (i: number) => string): readonly string[] {
    if (count <= TERMS) return Array.from({ length: count }, (_, i) => term(i));
    return [term(0), term(1), term(2), "…", term(count - 1)];
  }

  private shapeIn(body: string): readonly number[] {
    const word = [...body.matchAll(WORD)].find(([name]) => this.values.has(name));
    return (word && this.values.get(word[0])?.shape) ?? [];
  }
}

/** A sum reaches over a product: up to the next + or -, or the bracket it stands in. */
function endOfProduct(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && depth-- === 0) return i;
    if (depth === 0 && /^ [-+] /.test(text.slice(i))) return i;
  }
  return text.length;
}

/** Brackets around what is negative: 2·(-0.4). */
function guarded(value: number | undefined): string {
  if (value === undefined) return "?";
  const text = short(value);
  return text.startsWith("-") ? `(${text})` : text;
}
