import { DataError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Equation, Expression, Range } from "./expression.ts";
import { call, operate } from "./functions.ts";
import { bind, indexAt, lengthsOf, positionOf, type Bound } from "./indices.ts";
import { reduced, type Part } from "./reduction.ts";
import { termsIn, type Term } from "./term.ts";

/** A tensor that equations may use, and what a trace calls it. */
export interface Operand {
  readonly name: string;
  readonly shape: Shape;
  readonly values: readonly number[];
  /** The number of the step that it came from, if any gave it. */
  readonly op?: number;
}

/** What the symbols of equations stand for. */
export interface Operands {
  readonly tensors: ReadonlyMap<string, Operand>;
  readonly constants: ReadonlyMap<string, number>;
  /** The equations of intermediate values, by name. */
  readonly definitions: ReadonlyMap<string, Equation>;
}

/** An intermediate value, and how it was computed. */
export interface Intermediate {
  readonly name: string;
  readonly index: readonly number[];
  readonly term: Term;
}

type Indices = ReadonlyMap<string, Bound>;

/** Puts numbers into equations. Intermediate values are computed once. */
export class Expander {
  private readonly operands: Operands;
  private readonly intermediates = new Map<string, Intermediate | undefined>();
  private readonly shapes = new Map<string, Shape>();

  constructor(operands: Operands) {
    this.operands = operands;
  }

  /** How an element of an equation's result is computed. @throws DataError for what the equation does not define. */
  element({ text, indices, right }: Equation, shape: Shape, at: readonly number[]): Term {
    const term = this.expand(right, bind(indices, shape, at, text));
    return term ?? fail(text, "an element outside its tensor", "one inside");
  }

  /** The intermediate values that a term needs, in an order in which they can be computed. */
  intermediatesOf(term: Term): readonly Intermediate[] {
    const found = new Map<string, Intermediate>();
    const collect = (from: Term) => {
      for (const part of termsIn(from)) {
        const intermediate = part.kind === "element" ? this.intermediates.get(keyOf(part)) : undefined;
        if (intermediate === undefined || found.has(keyOf(intermediate))) continue;
        collect(intermediate.term);
        found.set(keyOf(intermediate), intermediate);
      }
    };
    collect(term);
    return [...found.values()];
  }

  /** Undefined for an element outside its tensor, and for what is computed from one. */
  private expand(expression: Expression, at: Indices): Term | undefined {
    switch (expression.kind) {
      case "number": return expression;
      case "name": return this.named(expression.name, at);
      case "element": return this.read(expression.name, expression.indices.flatMap((part) => this.index(part, at)));
      case "samePosition": return this.samePosition(expression.name, at.get(expression.index));
      case "reduction": return this.reduce(expression, at);
      case "negative": {
        const of = this.expand(expression.of, at);
        return of && { kind: "negative", of, value: -of.value };
      }
      case "operation": {
        const { operator } = expression;
        const left = this.expand(expression.left, at), right = this.expand(expression.right, at);
        if (left === undefined || right === undefined) return undefined;
        return { kind: "operation", operator, left, right, value: operate(operator, left.value, right.value) };
      }
      case "call": {
        const { name } = expression, parts = expression.parts.flatMap((part) => this.expand(part, at) ?? []);
        if (parts.length < expression.parts.length) return undefined;
        return { kind: "call", name, parts, value: call(name, parts.map(({ value }) => value)) };
      }
      case "choice": {
        const condition = this.expand(expression.condition, at);
        const chosen = condition && this.expand(condition.value === 0 ? expression.otherwise : expression.chosen, at);
        return condition && chosen && { kind: "choice", condition, chosen, value: chosen.value };
      }
    }
  }

  private named(name: string, at: Indices): Term | undefined {
    const bound = at.get(name);
    if (bound !== undefined) return { kind: "number", value: bound.at[0] };
    const value = this.operands.constants.get(name);
    return value === undefined ? this.read(name, []) : { kind: "constant", name, value };
  }

  private index(expression: Expression, at: Indices): readonly number[] {
    const bound = expression.kind === "name" ? at.get(expression.name) : undefined;
    return bound?.at ?? [this.expand(expression, at)?.value ?? NaN];
  }

  private samePosition(name: string, bound: Bound | undefined): Term | undefined {
    if (bound === undefined) return fail(name, "an index that is not bound", "one of the result's");
    return this.read(name, indexAt(positionOf(bound.at, bound.lengths), this.shapeOf(name)));
  }

  private read(name: string, index: readonly number[]): Term | undefined {
    const shape = this.shapeOf(name);
    if (index.length !== shape.length) fail(name, `${index.length} indices`, `${shape.length}`);
    if (!index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < shape[axis])) return undefined;
    const tensor = this.operands.tensors.get(name);
    if (tensor !== undefined) {
      const { op } = tensor, value = tensor.values[positionOf(index, shape)];
      return { kind: "element", name: tensor.name, index, value, ...op === undefined ? {} : { op } };
    }
    const key = keyOf({ name, index }), equation = this.operands.definitions.get(name);
    if (equation !== undefined && !this.intermediates.has(key)) {
      const term = this.expand(equation.right, bind(equation.indices, shape, index, equation.text));
      this.intermediates.set(key, term && { name, index, term });
    }
    const value = this.intermediates.get(key)?.term.value;
    return value === undefined ? undefined : { kind: "element", name, index, value };
  }

  private reduce({ name, over, where, of }: Extract<Expression, { kind: "reduction" }>, at: Indices): Term {
    const ranges = over.map((range) => this.lengths(range, [where, of], at));
    const parts: Part[] = [];
    let place = 0;
    const walk = (i: number, here: Indices): void => {
      if (i < over.length) {
        const lengths = ranges[i], count = lengths.reduce((product, length) => product * length, 1);
        for (let k = 0; k < count; k++) {
          walk(i + 1, new Map(here).set(over[i].index, { at: indexAt(k, lengths), lengths }));
        }
        return;
      }
      const isLeftOut = where !== undefined && (this.expand(where, here)?.value ?? 0) === 0;
      const term = isLeftOut ? undefined : this.expand(of, here);
      if (term !== undefined) parts.push({ term, place });
      place++;
    };
    walk(0, at);
    return { kind: "reduction", name, terms: parts.map(({ term }) => term), value: reduced(name, parts) };
  }

  private lengths({ index, end }: Range, within: readonly (Expression | undefined)[], at: Indices): Shape {
    if (end !== undefined) return [this.expand(end, at)?.value ?? 0];
    for (const expression of within) {
      const found = expression && lengthsOf(index, expression, (name) => this.shapeOf(name));
      if (found !== undefined) return found;
    }
    return fail(index, "an index that indexes no axis by itself", `one that does, or \`${index} < end\``);
  }

  private shapeOf(name: string): Shape {
    const { tensors, constants, definitions } = this.operands;
    const known = tensors.get(name)?.shape ?? this.shapes.get(name);
    if (known !== undefined) return known;
    const equation = definitions.get(name);
    if (equation === undefined) {
      const symbols = [...tensors.keys(), ...constants.keys(), ...definitions.keys()];
      return fail(name, "a symbol that means nothing here", symbols.join(", "));
    }
    const shape = equation.indices.flatMap((index) => (
      this.lengths({ index, end: undefined }, [equation.right], new Map())));
    this.shapes.set(name, shape);
    return shape;
  }
}

function keyOf({ name, index }: Pick<Intermediate, "name" | "index">): string {
  return `${name}[${index.join()}]`;
}

function fail(where: string, given: string, allowed: string): never {
  throw new DataError({ where: `equation, ${where}`, given, allowed });
}
