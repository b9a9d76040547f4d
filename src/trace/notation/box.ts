import type { Equation, Expression, Operator, Reduction } from "../expressions/expression.ts";
import { indexLeftOut, indicesOf } from "../expressions/expression.ts";
import { significant } from "../expressions/significant.ts";
import type { Term } from "../expressions/term.ts";

/** How mathematics is laid out, whatever writes it down: LaTeX or MathML. */
export type Box =
  | { readonly kind: "number" | "name" | "operator" | "words"; readonly text: string }
  | { readonly kind: "row"; readonly parts: readonly Box[] }
  | { readonly kind: "fence"; readonly open: Fence; readonly of: Box; readonly close: Fence }
  | { readonly kind: "fraction"; readonly top: Box; readonly bottom: Box }
  | { readonly kind: "root"; readonly of: Box }
  | { readonly kind: "power"; readonly base: Box; readonly to: Box }
  | { readonly kind: "under"; readonly base: Box; readonly under: Box }
  | { readonly kind: "cases"; readonly rows: readonly (readonly [value: Box, condition: Box])[] };

export type Fence = "(" | ")" | "[" | "]" | "|";

/** How tightly a piece holds together. */
const CHOICE = 0, COMPARISON = 1, SUM = 2, SIGMA = 2.5, PRODUCT = 3, POWER = 4, ATOM = 5;

interface Piece {
  readonly box: Box;
  readonly level: number;
  /** Whether it begins with a minus. */
  readonly isSigned?: boolean;
}

const LEVELS: Readonly<Record<Operator, number>> = {
  "and": CHOICE, "<": COMPARISON, "<=": COMPARISON, ">": COMPARISON, ">=": COMPARISON, "==": COMPARISON,
  "!=": COMPARISON, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "^": POWER,
};
const SIGNS: Readonly<Partial<Record<Operator, string>>> = {
  "*": "·", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠",
};
/** Terms of a sum that are shown; of longer sums the middle is left out. */
const TERMS = 6;

const atom = (box: Box): Piece => ({ box, level: ATOM });
const row = (...parts: readonly Box[]): Box => ({ kind: "row", parts });
export const text = (kind: "number" | "name" | "operator" | "words", of: string): Box => ({ kind, text: of });
const bracketed = (of: Box): Box => ({ kind: "fence", open: "(", of, close: ")" });

/** `name[indices] = right`, with the names of a trace. */
export function equationBox(equation: Equation, nameOf: (symbol: string) => string): Box {
  const { name, indices, right } = equation, own = indicesOf(equation);
  const plain = (symbol: string) => (own.has(symbol) ? symbol.toLowerCase() : nameOf(symbol));
  const whole = indexLeftOut(equation);
  const shown = whole === undefined ? indices.map((index) => text("name", index.toLowerCase())) : [];
  const left = elementBox(nameOf(name), shown);
  return row(left, text("operator", "="), expressionPiece(right, { nameOf, plain, whole }).box);
}

/** A term with its numbers. */
export function termBox(term: Term, digits: number): Box {
  return termPiece(term, digits).box;
}

/** "dW1[0, 1]". */
export function elementBox(name: string, indices: readonly Box[]): Box {
  if (indices.length === 0) return text("name", name);
  return row(text("name", name), { kind: "fence", open: "[", of: row(...between(indices, ",")), close: "]" });
}

export function numberBox(value: number, digits: number): Box {
  return numberPiece(value, digits).box;
}

function numberPiece(value: number, digits: number): Piece {
  const shown = significant(value, digits);
  return { box: text("number", shown), level: shown.includes("e") ? PRODUCT : ATOM, isSigned: shown.startsWith("-") };
}

function termPiece(term: Term, digits: number): Piece {
  const inner = (part: Term) => termPiece(part, digits);
  switch (term.kind) {
    case "number": case "constant": case "element": return numberPiece(term.value, digits);
    case "negative": return negated(inner(term.of));
    case "operation": return joined(term.operator, inner(term.left), inner(term.right));
    case "call": return called(term.name, term.parts.map(inner));
    case "choice": return inner(term.chosen);
    case "reduction": return reduced(term.name, term.terms, term.value, inner);
  }
}

function reduced(name: Reduction, terms: readonly Term[], value: number, inner: (term: Term) => Piece): Piece {
  if (name === "count" || name === "argmax" || terms.length === 0) return atom(text("number", String(value)));
  const shown = terms.length <= TERMS ? terms : [...terms.slice(0, 3), undefined, terms[terms.length - 1]];
  const parts = shown.map((term) => (term === undefined ? atom(text("words", "…")) : inner(term)));
  if (name !== "sum") return called(name, parts);
  if (parts.length === 1) return parts[0];
  const boxes = parts.map((part, i) => (i > 0 && part.isSigned === true ? bracketed(part.box) : within(part, SUM)));
  return { box: row(...between(boxes, "+")), level: SUM };
}

/** How symbols are written: those of values with indices, all others, and an index that is left out. */
interface Names {
  readonly nameOf: (symbol: string) => string;
  readonly plain: (symbol: string) => string;
  readonly whole: string | undefined;
}

function expressionPiece(expression: Expression, names: Names): Piece {
  const { nameOf, plain, whole } = names, inner = (part: Expression) => expressionPiece(part, names);
  switch (expression.kind) {
    case "number": return atom(text("number", String(expression.value)));
    case "name": return atom(text("name", plain(expression.name)));
    case "element": {
      const { indices, name } = expression, [first, ...more] = indices;
      const isWhole = more.length === 0 && first?.kind === "name" && first.name === whole;
      return atom(elementBox(nameOf(name), isWhole ? [] : indices.map((index) => inner(index).box)));
    }
    case "samePosition": return atom(text("name", nameOf(expression.name)));
    case "negative": return negated(inner(expression.of));
    case "operation": return joined(expression.operator, inner(expression.left), inner(expression.right));
    case "call": return called(expression.name, expression.parts.map(inner));
    case "choice": {
      const condition = row(text("words", "if "), inner(expression.condition).box);
      return { box: {
        kind: "cases",
        rows: [[inner(expression.chosen).box, condition], [inner(expression.otherwise).box, text("words", "else")]],
      }, level: ATOM };
    }
    case "reduction": {
      const { over, name, where, of } = expression;
      const indices = over.map(({ index, end }) => {
        const one = text("name", index.toLowerCase());
        return end === undefined ? one : row(one, text("operator", "<"), inner(end).box);
      });
      const range = row(...between(indices, ","), ...where ? [text("words", ":"), inner(where).box] : []);
      const base = name === "sum" ? text("operator", "∑") : text("words", name);
      const body = inner(of), under: Box = { kind: "under", base, under: range };
      if (name === "sum") return { box: row(under, within(body, PRODUCT)), level: SIGMA };
      return atom(row(under, bracketed(body.box)));
    }
  }
}

function negated(of: Piece): Piece {
  return { box: row(text("operator", "-"), within(of, PRODUCT)), level: SUM, isSigned: true };
}

function joined(operator: Operator, left: Piece, right: Piece): Piece {
  const level = LEVELS[operator];
  if (operator === "/") return atom({ kind: "fraction", top: left.box, bottom: right.box });
  if (operator === "^") {
    const base = left.isSigned === true || left.level < ATOM ? bracketed(left.box) : left.box;
    return { box: { kind: "power", base, to: right.box }, level };
  }
  const isOneWay = operator === "-" || level === COMPARISON;
  const second = right.isSigned === true && level >= SUM ? bracketed(right.box)
    : within(right, isOneWay ? level + 0.5 : level);
  const sign = operator === "and" ? text("words", " and ") : text("operator", SIGNS[operator] ?? operator);
  const isSigned = left.isSigned === true && left.level >= level;
  return { box: row(within(left, level), sign, second), level, isSigned };
}

function called(name: string, parts: readonly Piece[]): Piece {
  const inside = row(...between(parts.map(({ box }) => box), ","));
  if (name === "sqrt") return atom({ kind: "root", of: inside });
  if (name === "abs") return atom({ kind: "fence", open: "|", of: inside, close: "|" });
  return atom(row(text("words", name === "log" ? "ln" : name), bracketed(inside)));
}

function within({ box, level }: Piece, around: number): Box {
  return level < around ? bracketed(box) : box;
}

function between(boxes: readonly Box[], sign: string): readonly Box[] {
  return boxes.flatMap((box, i) => (i === 0 ? [box] : [text("operator", sign), box]));
}
