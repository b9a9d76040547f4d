/**
 * Equations in index notation, as layers, losses and optimizers state them for explanations:
 *
 *   y[N, j] = sum(i: x[N, i] * w[i, j]) + b[j]
 *
 * Indices: a lowercase letter is one axis, a capital any number of axes. Their ranges are those of the axes they index.
 * `x[@I]` is the element of x at the same row-major position as I, for layers that only reshape.
 *
 *   operators    + - * / ^, < <= > >= == !=, `and`, `a if condition else b`
 *   functions    exp log log1p sqrt abs sign floor mod tanh sigmoid softplus erf, and min, max of several arguments
 *   reductions   sum mean max min count argmax, over indices: `max(u < 2, v < 2: …)` gives ranges, and
 *                `sum(n where k[n] == i: …)` selects terms. An element outside of its tensor is left out of the
 *                reduction (padding adds nothing); argmax returns the position among all terms.
 *
 * Several equations are in order: the first ones define intermediate values that later ones use.
 */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "element"; readonly name: string; readonly indices: readonly Expression[] }
  | { readonly kind: "samePosition"; readonly name: string; readonly index: string }
  | { readonly kind: "operation"; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "negative"; readonly of: Expression }
  | { readonly kind: "call"; readonly name: string; readonly parts: readonly Expression[] }
  | {
    readonly kind: "reduction"; readonly name: Reduction; readonly over: readonly Range[];
    readonly where: Expression | undefined; readonly of: Expression;
  }
  | {
    readonly kind: "choice"; readonly condition: Expression; readonly chosen: Expression;
    readonly otherwise: Expression;
  };

/** What joins two terms. */
export type Operator = "+" | "-" | "*" | "/" | "^" | Comparison | "and";
export type Comparison = "<" | "<=" | ">" | ">=" | "==" | "!=";
/** What makes one number of many. */
export type Reduction = "sum" | "mean" | "max" | "min" | "count" | "argmax";

/** An index that a reduction runs over; without an end, to the end of the axis it indexes. */
export interface Range {
  readonly index: string;
  readonly end: Expression | undefined;
}

/** `name[indices] = right`. */
export interface Equation {
  readonly name: string;
  readonly indices: readonly string[];
  readonly right: Expression;
  /** As it was written. */
  readonly text: string;
}

export const REDUCTIONS: readonly Reduction[] = ["sum", "mean", "max", "min", "count", "argmax"];

/** Whether an index stands for any number of axes. */
export function isMultiple(index: string): boolean {
  return index !== index.toLowerCase();
}

/** The indices of an equation, its result's and its reductions': other names are those of values. */
export function indicesOf({ indices, right }: Equation): ReadonlySet<string> {
  const found = new Set(indices);
  for (const part of partsOf(right)) if (part.kind === "reduction") part.over.forEach(({ index }) => found.add(index));
  return found;
}

/** An index that need not be written, as everything is computed element by element; not if others stand beside it. */
export function indexLeftOut({ indices: [index, ...more], right }: Equation): string | undefined {
  if (index === undefined || more.length > 0 || !isMultiple(index)) return undefined;
  const isBeside = (part: Expression) => part.kind === "element" && part.indices.length > 1
    && part.indices.some((one) => one.kind === "name" && one.name === index);
  return partsOf(right).some(isBeside) ? undefined : index;
}

/** The names that an expression uses: of tensors, constants, intermediate values and indices. */
export function symbolsIn(expression: Expression): ReadonlySet<string> {
  const found = new Set<string>();
  for (const part of partsOf(expression)) {
    if ("name" in part && part.kind !== "call" && part.kind !== "reduction") found.add(part.name);
  }
  return found;
}

/** An expression and all within it. */
function partsOf(expression: Expression): readonly Expression[] {
  const found: Expression[] = [];
  const visit = (part: Expression | undefined) => {
    if (part === undefined) return;
    found.push(part);
    switch (part.kind) {
      case "element": part.indices.forEach(visit); break;
      case "operation": [part.left, part.right].forEach(visit); break;
      case "negative": visit(part.of); break;
      case "call": part.parts.forEach(visit); break;
      case "choice": [part.condition, part.chosen, part.otherwise].forEach(visit); break;
      case "reduction": [...part.over.map(({ end }) => end), part.where, part.of].forEach(visit); break;
      default:
    }
  };
  visit(expression);
  return found;
}
