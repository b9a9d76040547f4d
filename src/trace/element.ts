import { Expander, type Intermediate, type Operand } from "./expressions/expand.ts";
import { symbolsIn, type Equation } from "./expressions/expression.ts";
import { indexAt } from "./expressions/indices.ts";
import { parseEquation } from "./expressions/parse.ts";
import { termsIn, type Term } from "./expressions/term.ts";
import { equationText } from "./expressions/text.ts";
import type { Step, Value } from "./recording.ts";

/** How one element of a result was computed: plain data, as JSON has it. */
export interface Explanation {
  /** The number of its step, from 1. */
  readonly op: number;
  /** "dW1", and where in it. */
  readonly name: string;
  readonly index: readonly number[];
  /** The element, as the pass computed it. */
  readonly value: number;
  /** The equation that computes it, in index notation and the names of the trace. */
  readonly equation: string;
  /** The expression that makes it; its value is computed anew, in float64. */
  readonly term: Term;
  /** Whether that is the value that the pass computed, to within rounding. Else the layer's equation is wrong. */
  readonly agrees: boolean;
  /** Intermediate values that it needs, in the order they are computed. */
  readonly intermediates: readonly Intermediate[];
}

/** Rounding in float32, as a share of the largest number that goes into an element. */
const ROUNDING = 1e-4;

/** Explains the elements of the results of one step by its equations. */
export class Explainer {
  readonly step: Step;
  private readonly steps: readonly Step[];
  private readonly op: number;
  private readonly equations: ReadonlyMap<string, Equation>;
  private readonly definitions: ReadonlyMap<string, Equation>;
  private readonly tensors: ReadonlyMap<string, Operand>;
  private readonly before: ReadonlyMap<string, Operand>;
  private readonly expander: Expander;

  constructor(steps: readonly Step[], at: number) {
    const step = this.step = steps[at];
    this.steps = steps;
    this.op = at + 1;
    this.equations = new Map(step.equations.map(parseEquation).map((equation) => [equation.name, equation]));
    const known = (value: Value): Operand => {
      const op = originOf(steps, at, value);
      return op === undefined ? value : { ...value, op };
    };
    this.tensors = new Map(operandsOf(step).map((value) => [value.symbol, known(value)]));
    this.before = new Map(step.before.map((value) => [value.symbol, known(value)]));
    this.definitions = new Map([...this.equations].filter(([name]) => !this.tensors.has(name)));
    const constants = new Map(Object.entries(step.constants));
    this.expander = new Expander({ tensors: this.tensors, definitions: this.definitions, constants });
  }

  /** The equation of a result, if the layer states one. */
  equation({ symbol }: Value): Equation | undefined {
    return this.equations.get(symbol);
  }

  /** The equations of the intermediate values that a result needs, in their order, and then its own. */
  equationsOf(result: Value): readonly Equation[] {
    const own = this.equation(result), needed = new Set<Equation>();
    const collect = (equation: Equation) => {
      for (const symbol of symbolsIn(equation.right)) {
        const definition = this.definitions.get(symbol);
        if (definition !== undefined && definition !== equation && !needed.has(definition)) collect(definition);
      }
      needed.add(equation);
    };
    if (own !== undefined) collect(own);
    return [...needed];
  }

  /** The tensors that the equations of a result use. */
  operandsOf(result: Value): ReadonlySet<Operand> {
    const symbols = this.equationsOf(result).flatMap(({ right }) => [...symbolsIn(right)]);
    const before = this.before.get(result.symbol);
    return new Set([...symbols.flatMap((symbol) => this.tensors.get(symbol) ?? []), ...before ? [before] : []]);
  }

  /** The number of the step that a value comes from. */
  originOf(name: string): number | undefined {
    return originOf(this.steps, this.op - 1, { name });
  }

  /** What a symbol is called in the trace. */
  readonly nameOf = (symbol: string): string => this.tensors.get(symbol)?.name ?? symbol;

  /** The element at a row-major position; undefined if the layer states no equation for the result. */
  explain(result: Value, position: number): Explanation | undefined {
    const { op } = this, { name } = result, equation = this.equation(result), value = result.values[position];
    if (equation === undefined) return undefined;
    const index = indexAt(position, result.shape), own = this.expander.element(equation, result.shape, index);
    const before = this.before.get(result.symbol);
    const term = before === undefined ? own : plus(own, elementOf(before, index, position));
    return {
      op, name, index, value, equation: equationText(equation, this.nameOf), term,
      agrees: isClose(term, value), intermediates: this.expander.intermediatesOf(term),
    };
  }
}

/** The number of the step that gave a value as it is before step `at` ends; undefined if none did. */
export function originOf(steps: readonly Step[], at: number, { name }: Pick<Value, "name">): number | undefined {
  const isBefore = name.endsWith(BEFORE), wanted = isBefore ? name.slice(0, -BEFORE.length) : name;
  for (let i = isBefore ? at - 1 : at; i >= 0; i--) {
    if (steps[i].results.some((result) => result.name === wanted)) return i + 1;
  }
  return undefined;
}

/** What the name of a value ends in that a step is about to change. */
export const BEFORE = " before";

function elementOf({ name, values, op }: Operand, index: readonly number[], position: number): Term {
  return { kind: "element", name, index, value: values[position], ...op === undefined ? {} : { op } };
}

function plus(left: Term, right: Term): Term {
  return { kind: "operation", operator: "+", left, right, value: left.value + right.value };
}

function isClose(term: Term, value: number): boolean {
  if (Object.is(term.value, value) || term.value === value) return true;
  let largest = 0;
  for (const part of termsIn(term)) if (Number.isFinite(part.value)) largest = Math.max(largest, Math.abs(part.value));
  return Math.abs(term.value - value) <= ROUNDING * largest;
}

/** Everything that the equations of a step may use; in backward also what its forward had. */
function operandsOf({ of, inputs, parameters, mask, fields, results }: Step): readonly Value[] {
  return [
    ...fields, ...of?.inputs ?? [], ...of?.results ?? [], ...parameters, ...mask ? [mask] : [], ...inputs, ...results,
  ];
}
