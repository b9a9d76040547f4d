import type { Box } from "./box.ts";

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["·", "\\cdot "], ["≤", "\\le "], ["≥", "\\ge "], ["≠", "\\ne "], ["∑", "\\sum"],
  ["≈", "\\approx "], [",", ",\\,"],
]);
const FUNCTIONS = new Set(["exp", "ln", "max", "min", "tanh"]);

/** Mathematics as LaTeX, for math mode with amsmath. */
export function toLatex(box: Box): string {
  switch (box.kind) {
    case "number": return latexNumber(box.text);
    case "name": return latexName(box.text);
    case "operator": return OPERATORS.get(box.text) ?? (/^[-+]$/.test(box.text) ? box.text : ` ${escaped(box.text)} `);
    case "words": return latexWords(box.text);
    case "row": return box.parts.map(toLatex).join("").replace(/ {2,}/g, " ");
    case "fence": return `\\left${box.open}${toLatex(box.of)}\\right${box.close}`;
    case "fraction": return `\\frac{${toLatex(box.top)}}{${toLatex(box.bottom)}}`;
    case "root": return `\\sqrt{${toLatex(box.of)}}`;
    case "power": return `{${toLatex(box.base)}}^{${toLatex(box.to)}}`;
    case "under": return `${toLatex(box.base)}_{${toLatex(box.under)}}`;
    case "cases": {
      const rows = box.rows.map(([value, condition]) => `${toLatex(value)} & ${toLatex(condition)}`);
      return `\\begin{cases}${rows.join(" \\\\ ")}\\end{cases}`;
    }
  }
}

function latexNumber(text: string): string {
  if (text === "NaN") return "\\mathrm{NaN}";
  const [mantissa, exponent] = text.replace("∞", "\\infty").split("e");
  return exponent === undefined ? mantissa : `${mantissa}\\cdot 10^{${exponent}}`;
}

/** z1 as z_{1}, W as W, "residual.dz1" as \mathrm{residual}.dz_{1}, "m̂" as \hat{m}, other words upright. */
function latexName(text: string): string {
  return text.split(".").map((part) => part.split(" ").map(latexWord).join("\\ ")).join(".");
}

function latexWord(word: string): string {
  if (word === "before") return "\\text{before}";
  const match = /^([dvms]?)(\p{L})(\u0302?)(\d*)(?:_(\d+))?('?)$/u.exec(word);
  if (match === null) return /^\d+$/.test(word) ? word : `\\mathrm{${escaped(word)}}`;
  const [, d, letter, hat, number, again, prime] = match;
  const base = hat === "" ? letter : `\\hat{${letter}}`, index = [number, again].filter((part) => part).join(",");
  return `${d}${base}${index === "" ? "" : `_{${index}}`}${prime}`;
}

function latexWords(text: string): string {
  if (FUNCTIONS.has(text)) return `\\${text}`;
  if (text === "…") return "\\dots ";
  if (text === "else") return "\\text{else}";
  return /^[a-z0-9]{3,}$/.test(text) ? `\\operatorname{${text}}` : `\\text{ ${escaped(text)} }`.replace(/ {2,}/g, " ");
}

/** What LaTeX would take for a command. */
export function escaped(text: string): string {
  return text.replace(/\\/g, "\\textbackslash ").replace(/[#$%&_{}]/g, "\\$&").replace(/[\^~]/g, "\\$&{}")
    .replaceAll("→", "$\\to$").replaceAll("×", "$\\times$").replaceAll("·", "$\\cdot$");
}
