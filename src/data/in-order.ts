import { isNumberText } from "../formats/decimal.ts";

/**
 * The order of classes and categories: numbers first, by size, then words by their UTF-16 code units, the same on
 * every machine, whatever its language. Numbers that are equal are ordered as words. It is a total order, so that
 * what is sorted by it does not depend on how it came.
 */
export function inOrder(a: string, b: string): number {
  const isNumber = isNumberText(a);
  if (isNumber !== isNumberText(b)) return isNumber ? -1 : 1;
  const bySize = isNumber ? Number(a) - Number(b) : 0;
  if (bySize !== 0) return bySize;
  return a < b ? -1 : a > b ? 1 : 0;
}
