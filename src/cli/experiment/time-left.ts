import type { Progress, WholeProgress } from "../../report/progress.ts";

/** What a training is, before it is trained. */
export interface Work {
  /** About how much computing it is, beside others. */
  readonly amount: number;
  /** Those of the same kind, which differ in the seed alone, take the same time. */
  readonly kind: string;
}

/** A training that is under way. */
interface Course {
  readonly kind: Kind;
  /** What is done of it; undefined before its first report. */
  share: number | undefined;
  /** Whether its time counts: not that of a new thread before its first steps, while it loads and compiles. */
  isWarm: boolean;
  /** Of a core, since its last report: what was done in them is not known before the next one. */
  seconds: number;
}

/** What is known of trainings that differ in the seed alone. */
interface Kind {
  readonly amount: number;
  /** What was trained of them here, as a number of whole ones. */
  trained: number;
  /** The same, and the seconds of a core that it took, of which the latest counts most. */
  lately: number;
  seconds: number;
}

/** What was trained of each kind when all cores had spent so many seconds. */
interface Mark {
  readonly trained: readonly number[];
  readonly seconds: number;
}

/** Seconds for which the pace that was tried beforehand counts beside what is measured. */
const TRIED = 0.3;
/** For how much of a training of its kind, or for so many seconds, its amount counts beside what was measured. */
const GUESSED = 0.1;
/** How much earlier ones of a kind count beside one that begins: the first of all are slow, while code is compiled. */
const EARLIER = 0.5;
/** Seconds of work before there is a pace, if none was tried, and between two marks: shorter ones differ by chance. */
const ENOUGH = 0.5, LONG_ENOUGH = 2;

/**
 * How far a run has come, and how long the rest will take: a training takes as long as those of its kind took so far,
 * whatever of it goes to preparing, measuring and saving. Of a kind that has not begun, its amount tells, beside those
 * of the others.
 */
export class TimeLeft {
  private readonly kindOf: ReadonlyMap<string, Kind>;
  private readonly kinds: readonly Kind[];
  private readonly now: () => number;
  private readonly running = new Map<string, Course>();
  /** The trainings that are still to begin. */
  private readonly waiting: Map<string, Kind>;
  /** How many have ended. */
  private done = 0;
  /** The seconds that all cores have worked, and when they were last counted. */
  private seconds = 0;
  private counted: number | undefined;
  private readonly cores: number;
  private mostAtOnce = 1;
  /** Set whenever as much again is done: since the last but one, has everything become faster or slower? */
  private marks: readonly [Mark, Mark];
  private tried: { readonly pace: number; readonly ready: number } | undefined;

  /** @param works of all that is to be trained, by key. @param cores that all share. @param now milliseconds. */
  constructor(works: ReadonlyMap<string, Work>, cores: number, now: () => number = () => performance.now()) {
    const kinds = new Map<string, Kind>();
    for (const { kind, amount } of works.values()) kinds.set(kind, { amount, trained: 0, lately: 0, seconds: 0 });
    this.kinds = [...kinds.values()];
    this.kindOf = new Map(Array.from(works, ([key, { kind, amount }]) => (
      [key, kinds.get(kind) ?? { amount, trained: 0, lately: 0, seconds: 0 }])));
    this.waiting = new Map(this.kindOf);
    this.cores = cores;
    this.now = now;
    this.marks = [this.mark(), this.mark()];
  }

  /**
   * Tells what was found by trying: how much of the amounts a core does in a second.
   * @param ready when the threads will have loaded their program. @param threads how many there will be.
   */
  expect(pace: number, ready: number, threads: number): void {
    this.tried = { pace, ready };
    this.mostAtOnce = Math.max(this.mostAtOnce, threads);
  }

  get hasBegun(): boolean { return this.counted !== undefined; }

  start(key: string): void {
    this.count();
    const kind = this.kindOf.get(key);
    if (kind === undefined) return;
    this.waiting.delete(key);
    kind.lately *= EARLIER;
    kind.seconds *= EARLIER;
    this.running.set(key, { kind, share: undefined, isWarm: this.done > 0, seconds: 0 });
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running.size);
  }

  progress(key: string, { done, epochs }: Progress): void {
    const course = this.running.get(key);
    if (course === undefined) return;
    this.count();
    const { kind, share: before } = course, share = done / epochs;
    course.share = share;
    // The first report of a training that continues says what was done before.
    if (course.isWarm && before !== undefined) {
      kind.trained += share - before;
      kind.lately += share - before;
      this.settle(course);
    }
    course.isWarm ||= before !== undefined && share > before;
    if (course.isWarm) this.counted ??= this.now();
    const last = this.marks[1], isDue = this.seconds >= last.seconds + LONG_ENOUGH
      && this.amountOf(this.trained) >= 2 * this.amountOf(last.trained);
    if (isDue) this.marks = [last, this.mark()];
  }

  end(key: string): void {
    this.count();
    const course = this.running.get(key);
    if (course !== undefined) this.settle(course);
    this.running.delete(key);
    this.waiting.delete(key);
    this.done++;
  }

  whole(): WholeProgress {
    this.count();
    const under = [...this.running.values()].map(({ kind, share = 0 }) => ({ kind, rest: 1 - share }));
    const left = [...under, ...Array.from(this.waiting.values(), (kind) => ({ kind, rest: 1 }))];
    const total = [...this.kindOf.values()].reduce((sum, { amount }) => sum + amount, 0), tasks = this.kindOf.size;
    const remaining = left.reduce((sum, { kind, rest }) => sum + rest * kind.amount, 0);
    const share = total === 0 ? 1 : 1 - remaining / total, perAmount = this.secondsPerAmount();
    if (perAmount === undefined) return { done: this.done, tasks, share, secondsLeft: null };
    const starting = this.counted === undefined ? Math.max(0, (this.tried?.ready ?? 0) - this.now()) / 1000 : 0;
    const seconds = this.timeFor(left.map(({ kind, rest }) => rest * secondsOf(kind, perAmount)));
    return { done: this.done, tasks, share, secondsLeft: starting + seconds * this.slowness(perAmount) };
  }

  /** Seconds of one core for an amount of 1, of all kinds together; undefined before they are known. */
  private secondsPerAmount(): number | undefined {
    const amount = this.amountOf(this.trained);
    if (this.tried !== undefined) return (this.seconds + TRIED) / (amount + this.tried.pace * TRIED);
    return amount > 0 && this.seconds >= ENOUGH ? this.seconds / amount : undefined;
  }

  /** How many times as long as on the whole the same has taken of late. */
  private slowness(perAmount: number): number {
    const [from] = this.marks, seconds = this.seconds - from.seconds;
    const usual = this.kinds.reduce((sum, kind, k) => (
      sum + (kind.trained - from.trained[k]) * secondsOf(kind, perAmount)), 0);
    return usual > 0 && seconds >= LONG_ENOUGH ? seconds / usual : 1;
  }

  /** How long it takes to do what takes one core so long each if, whenever one ends, the next one begins. */
  private timeFor(all: readonly number[]): number {
    let time = 0, next = this.mostAtOnce, running = all.slice(0, next);
    while (running.length > 0) {
      const least = Math.min(...running), rest = running.map((one) => one - least).filter((one) => one > 0);
      time += (least * running.length) / Math.min(running.length, this.cores);
      const begun = all.slice(next, next + running.length - rest.length);
      next += begun.length;
      running = [...rest, ...begun];
    }
    return time;
  }

  private get trained(): readonly number[] { return this.kinds.map(({ trained }) => trained); }

  private amountOf(trained: readonly number[]): number {
    return this.kinds.reduce((sum, { amount }, k) => sum + trained[k] * amount, 0);
  }

  private mark(): Mark { return { trained: this.trained, seconds: this.seconds }; }

  private settle(course: Course): void {
    course.kind.seconds += course.seconds;
    this.seconds += course.seconds;
    course.seconds = 0;
  }

  private count(): void {
    if (this.counted === undefined) return;
    const now = this.now(), busy = [...this.running.values()].filter(({ isWarm }) => isWarm);
    const each = (Math.min(1, this.cores / busy.length) * (now - this.counted)) / 1000;
    for (const course of busy) course.seconds += each;
    this.counted = now;
  }
}

/** Seconds of one core for a whole training of a kind: as was measured, and a little as its amount tells. */
function secondsOf({ amount, seconds, lately }: Kind, perAmount: number): number {
  const guess = amount * perAmount, weight = Math.max(GUESSED, ENOUGH / guess);
  return (seconds + weight * guess) / (lately + weight);
}
