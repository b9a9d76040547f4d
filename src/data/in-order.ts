import { isNumberText } from "../formats/decimal.ts";

/**
 * The order of classes and categories: numbers first, ascending, then words by UTF-16 code units, the same on every
 * machine and in every language. Equal numbers are ordered as words. The order is total, so the result of sorting
 * does not depend on the order before.
 */
export function inOrder(a: string, b: string): number {
  const isNumber = isNumberText(a);
  if (isNumber !== isNumberText(b)) return isNumber ? -1 : 1;
  const bySize = isNumber ? Number(a) - Number(b) : 0;
  if (bySize !== 0) return bySize;
  return a < b ? -1 : a > b ? 1 : 0;
}
