/** What a number is, if it is a function of one that is known. */
import type { Known } from "../backward-reads.ts";
import { OF_ONE } from "./expressions.ts";
import { near } from "./facts.ts";

const SAME = 1e-5;

/** A function of what is known, the plainest with the lowest rank. */
interface Named {
  readonly rank: number;
  readonly text: string;
  /** The source itself, if it is no function of it. */
  readonly plain: string | undefined;
}

export class Tables {
  private readonly tables = new Map<string, Float64Array>();

  /** Whether each number is that function of some number of the source. */
  has(numbers: Float64Array, { name, data }: Known, form: string, f: (u: number) => number): boolean {
    const key = `${form}\n${name}`;
    let table = this.tables.get(key);
    if (table === undefined) this.tables.set(key, table = Float64Array.from(data, f).sort());
    const sorted = table;
    return numbers.every((number) => {
      let [low, high] = [0, sorted.length];
      const within = SAME * Math.max(Math.abs(number), 1e-3);
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle] < number - within) low = middle + 1;
        else high = middle;
      }
      return low < sorted.length && sorted[low] <= number + within;
    });
  }

  /** The plainest function of a source that gives all these numbers, or all but for the sign: "1 - z". */
  find(numbers: Float64Array, known: readonly Known[]): Named | undefined {
    if (isOneOfFew(numbers)) return undefined;
    const minus = numbers.map((value) => -value);
    for (const [rank, [form, f]] of OF_ONE.entries()) {
      for (const source of known) {
        const isIt = this.has(numbers, source, form, f), name = source.name;
        if (!isIt && !this.has(minus, source, form, f)) continue;
        const text = bracketed(form.replaceAll("u", name));
        const plain = isIt && rank === 0 ? name : undefined;
        return { rank: rank + (isIt ? 0 : 0.5), text: isIt ? text : `-${text}`, plain };
      }
    }
    return undefined;
  }
}

/** Too few different numbers to tell what they are. */
function isOneOfFew(numbers: Float64Array): boolean {
  const different: number[] = [];
  for (const number of numbers) {
    if (!Number.isFinite(number)) return true;
    if (!different.some((one) => near(one, number, 10 * Math.abs(number)))) different.push(number);
  }
  return different.length < 2 || (different.length === 2 && different.every((one) => Number.isInteger(2 * one)));
}

function bracketed(text: string): string {
  return / [+-] /.test(text) ? `(${text})` : text;
}
