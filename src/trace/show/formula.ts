import type { Step, Value } from "../recording.ts";

/** One equation of a formula: "dw" and "xᵀ·dy". */
export interface Equation {
  readonly left: string;
  readonly right: string;
}

const WORD = /mask(?:\/keep)?|[A-Za-z_]\w*[₀-₉]*/g;

/** The equations of a step, one for each of its results that has one. */
export function equationsOf(step: Step): readonly Equation[] {
  return (step.formula ?? "").split(/,\s+(?=[A-Za-z_]\w* = )/).flatMap((text) => {
    const [left, right] = text.split(" = ");
    return right === undefined ? [] : [{ left, right: spellOut(right, step) }];
  });
}

/** The equation that computes a result: that of dx holds for dx₁ and dx₂, too. */
export function equationFor(step: Step, { symbol }: Value): Equation | undefined {
  const plain = symbol.replace(/[₀-₉]+$/, "");
  return equationsOf(step).find(({ left }) => left === symbol || left === plain);
}

/** The right side in the names of the trace: X·W1 + b1. */
export function withNames({ right }: Equation, step: Step): string {
  const values = valuesOf(step);
  return right.replace(WORD, (word) => valueFor(values, word)?.name ?? word);
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
