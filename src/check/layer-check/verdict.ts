import { indexOf } from "../../ops/non-finite.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** What one check found. */
export interface Verdict {
  readonly passed: boolean;
  readonly message: string;
  readonly diagnosis?: string;
  /** What a later message contains that has the same reason, if that is not the message. */
  readonly reason?: string;
  /** Whether no later check can pass. */
  readonly isCause?: boolean;
}

export function passed(message: string): Verdict {
  return { passed: true, message };
}

export function failed(message: string, diagnosis?: string): Verdict {
  return diagnosis === undefined ? { passed: false, message } : { passed: false, message, diagnosis };
}

/** A number as messages show it: five figures, or all if they are few. */
export function formatNumber(value: number): string {
  const short = String(value);
  if (short.length <= 7 || !Number.isFinite(value)) return short;
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(5))) : value.toExponential(2);
}

/** A place in a tensor: y[2, 0]. */
export function place(name: string, tensor: { shape: Tensor["shape"] }, flat: number): string {
  return `${name}[${indexOf(flat, tensor.shape).join(", ")}]`;
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
