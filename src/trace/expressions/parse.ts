import { DataError } from "../../tensor/errors.ts";
import { REDUCTIONS, type Equation, type Expression, type Operator, type Range, type Reduction } from "./expression.ts";

/** A number, a name, or an operator. */
const TOKEN = /\s*(?:(\d+(?:\.\d+)?(?:e[-+]?\d+)?)|([\p{L}_][\p{L}\p{M}\p{N}'_]*)|(<=|>=|==|!=|[-+*/^()[\],:<>=@]))/uy;

/** From loosest to tightest; ^ comes after these and binds to the right. */
const LEVELS: readonly (readonly Operator[])[] = [
  ["and"], ["<", "<=", ">", ">=", "==", "!="], ["+", "-"], ["*", "/"],
];

/**
 * Reads an equation in index notation; expression.ts describes it.
 * @throws DataError that says where it stops to make sense.
 */
export function parseEquation(text: string): Equation {
  return new Parser(text).equation();
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  equation(): Equation {
    const name = this.word(), indices: string[] = [];
    if (this.accept("[")) {
      do indices.push(this.word()); while (this.accept(","));
      this.expect("]");
    }
    this.expect("=");
    const right = this.expression();
    if (this.at < this.tokens.length) this.fail("the end");
    return { name, indices, right, text: this.text };
  }

  private expression(): Expression {
    const chosen = this.binary(0);
    if (!this.accept("if")) return chosen;
    const condition = this.binary(0);
    this.expect("else");
    return { kind: "choice", condition, chosen, otherwise: this.expression() };
  }

  private binary(level: number): Expression {
    if (level === LEVELS.length) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = LEVELS[level].find((one) => this.accept(one));
      if (operator === undefined) return left;
      left = { kind: "operation", operator, left, right: this.binary(level + 1) };
    }
  }

  private unary(): Expression {
    if (this.accept("-")) return { kind: "negative", of: this.unary() };
    const left = this.primary();
    return this.accept("^") ? { kind: "operation", operator: "^", left, right: this.unary() } : left;
  }

  private primary(): Expression {
    if (this.accept("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    const token = this.tokens[this.at] ?? "";
    if (/^\d/.test(token)) {
      this.at++;
      return { kind: "number", value: Number(token) };
    }
    const name = this.word();
    if (this.accept("[")) return this.element(name);
    if (!this.accept("(")) return { kind: "name", name };
    const reduction = REDUCTIONS.find((one) => one === name);
    if (reduction !== undefined && this.isReduction()) return this.reduction(reduction);
    const parts: Expression[] = [];
    do parts.push(this.expression()); while (this.accept(","));
    this.expect(")");
    return { kind: "call", name, parts };
  }

  private element(name: string): Expression {
    if (this.accept("@")) {
      const index = this.word();
      this.expect("]");
      return { kind: "samePosition", name, index };
    }
    const indices: Expression[] = [];
    do indices.push(this.expression()); while (this.accept(","));
    this.expect("]");
    return { kind: "element", name, indices };
  }

  /** `max(a, b)` is a call, `max(i: a[i])` a reduction: a colon tells, before the bracket closes. */
  private isReduction(): boolean {
    for (let i = this.at, depth = 0; i < this.tokens.length; i++) {
      const token = this.tokens[i];
      if (token === "(" || token === "[") depth++;
      if ((token === ")" || token === "]") && depth-- === 0) return false;
      if (token === ":" && depth === 0) return true;
    }
    return false;
  }

  private reduction(name: Reduction): Expression {
    const over: Range[] = [];
    do {
      const index = this.word();
      over.push({ index, end: this.accept("<") ? this.binary(2) : undefined });
    } while (this.accept(","));
    const where = this.accept("where") ? this.binary(0) : undefined;
    this.expect(":");
    const of = this.expression();
    this.expect(")");
    return { kind: "reduction", name, over, where, of };
  }

  private word(): string {
    const token = this.tokens[this.at] ?? "";
    if (!/^[\p{L}_]/u.test(token)) this.fail("a name");
    this.at++;
    return token;
  }

  private accept(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.accept(token)) this.fail(JSON.stringify(token));
  }

  private fail(allowed: string): never {
    const given = this.at < this.tokens.length ? JSON.stringify(this.tokens[this.at]) : "the end";
    throw new DataError({ where: `equation ${JSON.stringify(this.text)}, token ${this.at + 1}`, given, allowed });
  }
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [], pattern = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const { lastIndex } = pattern, found = pattern.exec(text);
    if (found === null) {
      const given = JSON.stringify(text.slice(lastIndex, lastIndex + 12));
      const where = `equation ${JSON.stringify(text)}`;
      throw new DataError({ where, given, allowed: "numbers, names and operators" });
    }
    tokens.push(found[1] ?? found[2] ?? found[3]);
  }
  return tokens;
}
