/** 2^27 + 1: multiplying by it and taking the surplus away again leaves the upper 26 bits. */
const SPLITTER = 134217729;

function upperHalf(a: number): number {
  const spread = a * SPLITTER;
  return spread - (spread - a);
}

/**
 * a · b - product, exactly, where product is a · b as rounded: the halves' products fit without rounding
 * (Dekker 1971, "A floating-point technique for extending the available precision"). For factors below 2^996,
 * and products that are not subnormal.
 */
export function errorOfProduct(a: number, b: number, product: number): number {
  const aUpper = upperHalf(a);
  const bUpper = upperHalf(b);
  const aLower = a - aUpper;
  const bLower = b - bUpper;
  return aLower * bLower - (product - aUpper * bUpper - aLower * bUpper - aUpper * bLower);
}
