import type { Box } from "./box.ts";

/** Mathematics as MathML: one `math` element. */
export function toMathml(box: Box): string {
  return `<math xmlns="http://www.w3.org/1998/Math/MathML">${element(box)}</math>`;
}

function element(box: Box): string {
  switch (box.kind) {
    case "number": return numberElement(box.text);
    case "name": return `<mi>${escaped(box.text)}</mi>`;
    case "operator": return `<mo>${escaped(box.text).replace("-", "−")}</mo>`;
    // Spaces at either end would be dropped.
    case "words": return `<mtext>${escaped(box.text).replaceAll(" ", "\u00a0")}</mtext>`;
    case "row": return box.parts.length === 1 ? element(box.parts[0]) : row(box.parts.map(element).join(""));
    case "fence": return row(`<mo>${box.open}</mo>${element(box.of)}<mo>${box.close}</mo>`);
    case "fraction": return `<mfrac>${element(box.top)}${element(box.bottom)}</mfrac>`;
    case "root": return `<msqrt>${element(box.of)}</msqrt>`;
    case "power": return `<msup>${element(box.base)}${element(box.to)}</msup>`;
    case "under": return `<munder>${element(box.base)}${element(box.under)}</munder>`;
    case "cases": {
      const rows = box.rows.map((cells) => `<mtr>${cells.map((cell) => `<mtd>${element(cell)}</mtd>`).join("")}</mtr>`);
      return row(`<mo>{</mo><mtable>${rows.join("")}</mtable>`);
    }
  }
}

function numberElement(text: string): string {
  const [mantissa, exponent] = text.replaceAll("-", "−").split("e");
  if (exponent === undefined) return `<mn>${text}</mn>`;
  return row(`<mn>${mantissa}</mn><mo>·</mo><msup><mn>10</mn><mn>${exponent}</mn></msup>`);
}

function row(inside: string): string {
  return `<mrow>${inside}</mrow>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
