import { Expander, type Intermediate, type Operand } from "./expressions/expand.ts";
import { symbolsIn, type Equation } from "./expressions/expression.ts";
import { indexAt } from "./expressions/indices.ts";
import { parseEquation } from "./expressions/parse.ts";
import type { Term } from "./expressions/term.ts";
import type { Step, Value } from "./recording.ts";

/** How one element of a result was computed. */
export interface Explanation {
  /** "dW1", and where in it. */
  readonly name: string;
  readonly index: readonly number[];
  /** The element, as the pass computed it. */
  readonly value: number;
  /** The expression that makes it; its value is computed anew, in float64. */
  readonly term: Term;
  /** Intermediate values that it needs, in the order they are computed. */
  readonly intermediates: readonly Intermediate[];
}

/** Explains the elements of the results of one step by its equations. */
export class Explainer {
  private readonly equations: ReadonlyMap<string, Equation>;
  private readonly definitions: ReadonlyMap<string, Equation>;
  private readonly tensors: ReadonlyMap<string, Operand>;
  private readonly step: Step;
  private readonly expander: Expander;

  constructor(step: Step) {
    this.step = step;
    this.equations = new Map(step.equations.map(parseEquation).map((equation) => [equation.name, equation]));
    this.tensors = tensorsOf(step);
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
        if (definition !== undefined && !needed.has(definition)) collect(definition);
      }
      needed.add(equation);
    };
    if (own !== undefined) collect(own);
    return [...needed];
  }

  /** The tensors that the equations of a result use. */
  operandsOf(result: Value): ReadonlySet<Operand> {
    const symbols = this.equationsOf(result).flatMap(({ right }) => [...symbolsIn(right)]);
    return new Set(symbols.flatMap((symbol) => this.tensors.get(symbol) ?? []));
  }

  /** What a symbol is called in the trace. */
  nameOf(symbol: string): string {
    return this.tensors.get(symbol)?.name ?? symbol;
  }

  /** The element at a row-major position; undefined if the layer states no equation for the result. */
  explain(result: Value, position: number): Explanation | undefined {
    const equation = this.equation(result), value = result.values[position];
    if (equation === undefined) return undefined;
    const index = indexAt(position, result.shape), own = this.expander.element(equation, result.shape, index);
    const before = this.step.before.find(({ symbol }) => symbol === result.symbol);
    const term = before === undefined ? own
      : plus(own, { kind: "element", name: before.name, index, value: before.values[position] });
    return { name: result.name, index, value, term, intermediates: this.expander.intermediatesOf(term) };
  }
}

function plus(left: Term, right: Term): Term {
  return { kind: "operation", operator: "+", left, right, value: left.value + right.value };
}

/** Everything that the equations of a step may use; in backward also what its forward had. */
function tensorsOf({ of, inputs, parameters, mask, fields, results }: Step): ReadonlyMap<string, Operand> {
  const all = [
    ...fields, ...of?.inputs ?? [], ...of?.results ?? [], ...parameters, ...mask ? [mask] : [], ...inputs, ...results,
  ];
  return new Map(all.map((value) => [value.symbol, value]));
}
