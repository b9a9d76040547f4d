/** Numbers and places as the page writes them. */

export function shown(value: number, digits: number): string {
  const text = String(digits >= 17 || !Number.isFinite(value) ? value : Number(value.toPrecision(digits)));
  const [mantissa, exponent] = text.replace("Infinity", "∞").split("e"),
    signed = mantissa.replace("-", "−");
  return exponent === undefined ? signed : `${signed}·10${superscript(exponent)}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  "-": "⁻",
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
};

function superscript(exponent: string): string {
  return Array.from(exponent.replace("+", ""), (sign) => SUPERSCRIPTS[sign] ?? sign).join("");
}

/** Row-major position to index, and back. */
export function indexAt(position: number, shape: readonly number[]): readonly number[] {
  let left = position;
  return shape
    .toReversed()
    .map((side) => {
      const at = left % side;
      left = Math.floor(left / side);
      return at;
    })
    .toReversed();
}

export function positionOf(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((position, at, axis) => position * shape[axis] + at, 0);
}

export function placeText(name: string, index: readonly number[]): string {
  return index.length === 0 ? name : `${name}[${index.join(",")}]`;
}

/** A chosen number as the address holds it, and back. */
export interface Cell {
  readonly name: string;
  readonly index: readonly number[];
}

export function writeCell({ name, index }: Cell): string {
  return [name, ...index].join(".");
}

/** Names may have dots of their own: "residual.z1.0.2" is residual.z1[0,2]. */
export function readCell(text: string): Cell | undefined {
  const [, name, index] = /^(.*?[^.\d][^.]*?)((?:\.\d{1,6})*)$/.exec(text) ?? [];
  return name === undefined ? undefined : { name, index: index.split(".").slice(1).map(Number) };
}

/** The numbers that an explanation of one has in it. */
export function* elementsIn(node: unknown): Generator<Cell & { readonly op: unknown }> {
  if (Array.isArray(node)) for (const one of node) yield* elementsIn(one);
  else if (typeof node === "object" && node !== null) {
    const { kind, name, index, op } = node as Readonly<Record<string, unknown>>;
    if (kind === "element" && typeof name === "string" && Array.isArray(index)) yield { name, index, op };
    yield* elementsIn(Object.values(node));
  }
}

/** Whether a tensor of this shape has an element there. */
export function isWithin(index: readonly number[], shape: readonly number[]): boolean {
  return index.length === shape.length && index.every((at, axis) => at >= 0 && at < shape[axis]);
}
