/**
 * How the CPU time of work grows with its size. The CPU time of a process includes its garbage collector's threads, which
 * may mark a large heap during any piece of work: measure in a process of its own, run by `OWN_PROCESS`.
 */
import { ChainruleError } from "../src/index.ts";

export const OWN_PROCESS: readonly string[] = ["--no-warnings", "--expose-gc", "--single-threaded-gc"];

/** Four times the size takes four times as long if the time is linear, sixteen times if it is quadratic. */
export const MOST_GROWTH = 10;
/** Shorter times count as this: they say nothing. */
const LEAST_MILLISECONDS = 2;
/** After the first, which compile the code, as many as it takes until other work disturbs none. */
const ROUNDS = { least: 3, most: 30 };

/** Work of a size: what it needs is made first, and what it returns is timed. */
export type Prepare = (size: number) => () => unknown;

export interface Growth {
  /** CPU milliseconds, the least of several runs. */
  readonly small: number;
  readonly large: number;
  readonly ratio: number;
}

/** Measures both sizes in turn, until the ratio is that of linear work or many rounds have shown that it is not. */
export async function growthOf(prepare: Prepare, size: number, factor = 4, most = MOST_GROWTH): Promise<Growth> {
  const runs = [prepare(size), prepare(factor * size)], least = [Infinity, Infinity];
  for (let round = 0; ; round++) {
    for (const [i, run] of runs.entries()) least[i] = Math.min(least[i], await cpuTime(run));
    const [small, large] = least, ratio = large / Math.max(small, LEAST_MILLISECONDS);
    if (round + 1 >= (ratio < most ? ROUNDS.least : ROUNDS.most)) return { small, large, ratio };
  }
}

/** CPU milliseconds of one run; work that is refused takes time, too. */
async function cpuTime(run: () => unknown): Promise<number> {
  globalThis.gc?.();
  const from = process.cpuUsage();
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error;
  }
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}
