import {
  indexLeftOut, indicesOf, type Equation, type Expression, type Operator, type Reduction,
} from "./expression.ts";
import { significant } from "./significant.ts";
import type { Term } from "./term.ts";

/** Terms of a sum that are shown; of longer sums the middle is left out. */
const TERMS = 6;

/** How tightly a piece of text holds together, from a choice to a single number. */
const CHOICE = 0, COMPARISON = 1, SUM = 2, SIGMA = 2.5, PRODUCT = 3, POWER = 4, ATOM = 5;

interface Text {
  readonly text: string;
  readonly level: number;
}

const LEVELS: Readonly<Record<Operator, number>> = {
  "and": CHOICE, "<": COMPARISON, "<=": COMPARISON, ">": COMPARISON, ">=": COMPARISON, "==": COMPARISON,
  "!=": COMPARISON, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER,
};
const SIGNS: Readonly<Partial<Record<Operator, string>>> = {
  "*": "·", "<=": " ≤ ", ">=": " ≥ ", "==": " = ", "!=": " ≠ ",
};
const SUPERSCRIPTS = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

/** A term with its numbers: "1·0.5 + 2·(-0.3) + 0.1". */
export function termText(term: Term, digits: number): string {
  // Nothing stands in front of a first number that the brackets of its sign could be needed for.
  return numbersOf(term, digits).text.replace(/^\((-[\d.e-]+)\)(?!²|³|\^)/, "$1");
}

/** What decided between the two sides of a choice: "z1[0,1] ≤ 0". */
export function conditionText(condition: Term, digits: number): string {
  if (condition.kind !== "operation") return termText(condition, digits);
  const side = (part: Term) => (
    part.kind === "element" ? `${part.name}[${part.index.join(",")}]` : termText(part, digits));
  const { operator, left, right, value } = condition, holds = value === 0 ? OPPOSITES[operator] ?? operator : operator;
  return side(left) + (SIGNS[holds] ?? ` ${holds} `) + side(right);
}

const OPPOSITES: Readonly<Partial<Record<Operator, Operator>>> = {
  "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==",
};

function numbersOf(term: Term, digits: number): Text {
  const inner = (part: Term) => numbersOf(part, digits);
  switch (term.kind) {
    case "number": case "constant": case "element": {
      const text = significant(term.value, digits);
      return { text, level: text.startsWith("-") ? SUM : ATOM };
    }
    case "negative": return negated(inner(term.of));
    case "operation": return joined(term.operator, inner(term.left), inner(term.right));
    case "call": return called(term.name, term.parts.map(inner));
    case "choice": return inner(term.chosen);
    case "reduction":
      if (term.name === "count" || term.name === "argmax") return { text: String(term.value), level: ATOM };
      return reductionOf(term.name, term.terms, inner);
  }
}

function reductionOf(name: Reduction, terms: readonly Term[], inner: (term: Term) => Text): Text {
  if (terms.length === 0) return { text: "0", level: ATOM };
  const shown = terms.length <= TERMS ? terms : [...terms.slice(0, 3), undefined, terms[terms.length - 1]];
  const parts = shown.map((term) => (term === undefined ? { text: "…", level: ATOM } : inner(term)));
  if (name !== "sum") return called(name, parts);
  if (parts.length === 1) return parts[0];
  // Brackets around a negative number, but not around a product or a difference.
  const text = parts.map((part, i) => (i > 0 && /^-[^ ·]*$/.test(part.text) ? `(${part.text})` : within(part, SUM)));
  return { text: text.join(" + "), level: SUM };
}

/** An equation with names: "z1[n,j] = Σ_i X[n,i]·W1[i,j] + b1[j]"; if all indices are the same, "a1 = max(0, z1)". */
export function equationText(equation: Equation, nameOfValue: (symbol: string) => string): string {
  const { name, indices, right } = equation, own = indicesOf(equation);
  const nameOf = (symbol: string) => (own.has(symbol) ? symbol.toLowerCase() : nameOfValue(symbol));
  const left: Expression = { kind: "element", name, indices: indices.map((index) => ({ kind: "name", name: index })) };
  const whole = indexLeftOut(equation);
  const text = (part: Expression) => expressionText(part, { nameOf, nameOfValue, whole });
  return `${text(left)} = ${text(right)}`;
}

/** How the symbols of an equation are written. */
interface Names {
  /** Of an index, a constant or a value without indices. */
  readonly nameOf: (symbol: string) => string;
  /** Of what has indices: b[j] is a bias, even where b is an index, too. */
  readonly nameOfValue: (symbol: string) => string;
  /** An index that is left out: everything is computed element by element. */
  readonly whole: string | undefined;
}

function expressionText(expression: Expression, { nameOf, nameOfValue, whole }: Names): string {
  const inner = (part: Expression): Text => {
    switch (part.kind) {
      case "number": return { text: String(part.value), level: ATOM };
      case "name": return { text: nameOf(part.name), level: ATOM };
      case "element": {
        const [first, ...more] = part.indices;
        const isWhole = more.length === 0 && first?.kind === "name" && first.name === whole;
        const indices = part.indices.map((index) => inner(index).text).join(",");
        const text = part.indices.length === 0 || isWhole ? "" : `[${indices}]`;
        return { text: nameOfValue(part.name) + text, level: ATOM };
      }
      case "samePosition": return { text: nameOfValue(part.name), level: ATOM };
      case "negative": return negated(inner(part.of));
      case "operation": return joined(part.operator, inner(part.left), inner(part.right));
      case "call": return called(part.name, part.parts.map(inner));
      case "choice": {
        const [condition, chosen, otherwise] = [part.condition, part.chosen, part.otherwise].map(inner);
        return { text: `${chosen.text} if ${condition.text}, else ${otherwise.text}`, level: CHOICE };
      }
      case "reduction": {
        const over = part.over.map(({ index, end }) => (
          end ? `${index}<${inner(end).text}` : index.toLowerCase())).join(",");
        const where = part.where ? ` where ${inner(part.where).text}` : "";
        const of = inner(part.of);
        if (part.name === "sum") return { text: `Σ_${over}${where} ${within(of, PRODUCT)}`, level: SIGMA };
        return { text: `${part.name}_${over}${where}(${of.text})`, level: ATOM };
      }
    }
  };
  return inner(expression).text;
}

function negated(of: Text): Text {
  return { text: `-${within(of, PRODUCT)}`, level: SUM };
}

function joined(operator: Operator, left: Text, right: Text): Text {
  const level = LEVELS[operator];
  if (operator === "^") {
    const digit = /^\d$/.test(right.text) ? SUPERSCRIPTS[Number(right.text)] : `^${within(right, ATOM)}`;
    return { text: within(left, ATOM) + digit, level };
  }
  // a - (b + c) and a / (b·c) need brackets on the right, a + b - c needs none on the left; no sign follows a sign.
  const isOneWay = operator === "-" || operator === "/" || level === COMPARISON;
  const sign = SIGNS[operator] ?? ` ${operator} `, second = within(right, isOneWay ? level + 0.5 : level);
  return { text: within(left, level) + sign + (level >= SUM ? unsigned(second) : second), level };
}

function called(name: string, parts: readonly Text[]): Text {
  const inside = parts.map(({ text }) => text).join(", ");
  if (name === "sqrt") return { text: /^[\w.]+$/.test(inside) ? `√${inside}` : `√(${inside})`, level: ATOM };
  if (name === "abs") return { text: `|${inside}|`, level: ATOM };
  return { text: `${name === "log" ? "ln" : name}(${inside})`, level: ATOM };
}

/** In brackets if it begins with a sign. */
function unsigned(text: string): string {
  return text.startsWith("-") ? `(${text})` : text;
}

/** In brackets if it holds together less tightly than what stands around it. */
function within({ text, level }: Text, around: number): string {
  return level < around ? `(${text})` : text;
}
