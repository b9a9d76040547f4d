import { errorOfProduct } from "./exact-product.ts";
import { errorOfSum } from "./float64.ts";

/** A number as an unevaluated sum (Ogita, Rump, Oishi 2005, "Accurate sum and dot product"). */
export class Sum {
  upper = 0;
  lower = 0;

  add(value: number): void {
    const sum = this.upper + value;
    this.lower += errorOfSum(this.upper, value, sum);
    this.upper = sum;
  }

  /** Adds a · b, with what the factors' own lower parts add to it. */
  addProduct(a: number, b: number, rest = 0): void {
    const product = a * b;
    this.add(product);
    this.lower += errorOfProduct(a, b, product) + rest;
  }

  get value(): number {
    return this.upper + this.lower;
  }

  over(divisor: Sum): Sum {
    const quotient = new Sum(), rest = new Sum(), upper = this.value / divisor.value;
    rest.add(this.upper);
    rest.addProduct(-upper, divisor.upper, this.lower - upper * divisor.lower);
    quotient.upper = upper;
    quotient.lower = rest.value / divisor.value;
    return quotient;
  }
}
