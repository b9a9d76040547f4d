/** The arithmetic that a trace shows, worked out by JavaScript: nothing of the trace's own code reads it. */
const FUNCTIONS: Readonly<Record<string, (...parts: readonly number[]) => number>> = {
  exp: Math.exp, ln: Math.log, log1p: Math.log1p, tanh: Math.tanh, sign: Math.sign, floor: Math.floor,
  max: Math.max, min: Math.min, abs: Math.abs, sqrt: Math.sqrt,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.log1p(Math.exp(x)),
  mean: (...parts) => parts.reduce((sum, part) => sum + part, 0) / parts.length,
  // Abramowitz and Stegun 7.1.26 is too rough for five digits: the series is not.
  erf: (x) => {
    let term = x, sum = x;
    for (let n = 1; n < 60; n++) sum += (term *= -x * x / n) / (2 * n + 1);
    return 2 / Math.sqrt(Math.PI) * sum;
  },
};

/** What "1.25·0.3 + 0·(-0.5) = 0.375" claims: both sides; undefined if its left side is cut, or a name. */
export function claimOf(text: string): { readonly left: number; readonly right: string } | undefined {
  const [equality] = text.split(", as "), parts = equality.split(" = ");
  if (parts.length < 2 || equality.includes("…")) return undefined;
  const [left, right] = parts.slice(-2);
  if (/[\p{L}\p{M}\d]\[/u.test(left)) return undefined;
  const code = left.replaceAll("·", "*").replaceAll("²", "**2").replaceAll("³", "**3").replaceAll("^", "**")
    .replace(/[⁰¹⁴⁵⁶⁷⁸⁹]/g, (digit) => `**${"⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)}`)
    .replace(/√\(/g, "sqrt(").replace(/√([\d.e-]+)/g, "sqrt($1)").replace(/\|([^|]*)\|/g, "abs($1)")
    .replaceAll("∞", "Infinity")
    // Mathematics reads -a² as -(a²), which JavaScript wants to be written so.
    .replace(/(^|\(|, )-/g, "$10-");
  const names = Object.keys(FUNCTIONS);
  // A number of digits and signs, computed by the language itself.
  try {
    const compute = new Function(...names, `"use strict"; return ${code};`) as (...all: unknown[]) => number;
    return { left: compute(...names.map((name) => FUNCTIONS[name])), right };
  } catch (error) {
    throw new Error(`${text} is no arithmetic: ${String(error)}`);
  }
}
