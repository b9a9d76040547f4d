/** Functions of x as people type them: "0.5*sin(4x)", "x^2 - 0.3". Read by a small parser: no text is run as code. */

/** A function of x, and the same as JavaScript. */
export interface F {
  readonly at: (x: number) => number;
  readonly source: string;
}

const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh: Math.tanh,
  sign: Math.sign,
};
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/** @throws Error naming the place where the text is not understood. */
export function compile(text: string): F {
  const tokens = [...text.matchAll(/\s*(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[a-z]+|[-+*/^()])/giy)];
  const end = tokens.reduce((length, [whole]) => length + whole.length, 0);
  if (text.slice(end).trim() !== "" || tokens.length > 200) throw wrong(text, text.slice(end).trim().slice(0, 1));
  const words = tokens.map(([, word]) => word.toLowerCase());
  let at = 0;
  const accept = (word: string): boolean => words[at] === word && at++ >= 0;

  const sum = (): F => {
    let left = product();
    for (;;) {
      if (accept("+")) left = plus(left, product());
      else if (accept("-")) left = minus(left, product());
      else return left;
    }
  };
  const product = (): F => {
    let left = signed();
    for (;;) {
      if (accept("*")) left = times(left, signed());
      else if (accept("/")) left = over(left, signed());
      // 4x, 2(x + 1), x sin(x)
      else if (at < words.length && /^[a-z(\d.]/.test(words[at])) left = times(left, power());
      else return left;
    }
  };
  const signed = (): F => {
    if (accept("-")) return minus({ at: () => 0, source: "0" }, signed());
    return accept("+") ? signed() : power();
  };
  const power = (): F => {
    const base = atom();
    return accept("^") ? raised(base, signed()) : base;
  };
  const atom = (): F => {
    const word = words[at++];
    if (word === "(") {
      const inner = sum();
      if (!accept(")")) throw wrong(text, "a missing )");
      return inner;
    }
    if (word === "x") return { at: (x) => x, source: "x" };
    if (word !== undefined && Object.hasOwn(CONSTANTS, word))
      return { at: () => CONSTANTS[word], source: `Math.${word.toUpperCase()}` };
    if (word !== undefined && Object.hasOwn(FUNCTIONS, word)) {
      const inner = power();
      return { at: (x) => FUNCTIONS[word](inner.at(x)), source: `Math.${word}(${inner.source})` };
    }
    if (word !== undefined && /^[\d.]/.test(word)) return { at: () => Number(word), source: String(Number(word)) };
    throw wrong(text, word ?? "the end");
  };

  const whole = sum();
  if (at < words.length) throw wrong(text, words[at]);
  return whole;
}

const made =
  (sign: string, of: (a: number, b: number) => number) =>
  (a: F, b: F): F => ({ at: (x) => of(a.at(x), b.at(x)), source: `(${a.source} ${sign} ${b.source})` });
const plus = made("+", (a, b) => a + b);
const minus = made("-", (a, b) => a - b);
const times = made("*", (a, b) => a * b);
const over = made("/", (a, b) => a / b);
const raised = made("**", (a, b) => a ** b);

function wrong(text: string, found: string): Error {
  const names = [...Object.keys(FUNCTIONS), "pi", "e"].join(", ");
  return new Error(`"${text}": ${found} is not understood. Allowed: x, numbers, + - * / ^ ( ) and ${names}.`);
}
