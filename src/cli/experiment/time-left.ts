import type { Progress, WholeProgress } from "../../report/progress.ts";

/** A training that is under way. */
interface Course {
  readonly work: number;
  /** The share that was done when it began to count; undefined before. */
  from: number | undefined;
  share: number | undefined;
  /** Whether its time counts: not that of a new thread before its first steps, while it loads and compiles. */
  counts: boolean;
}

/** How much work was done when so many seconds had been spent on it, those of all cores. */
interface Mark {
  readonly work: number;
  readonly seconds: number;
}

/** Seconds for which the pace that was tried beforehand counts beside what is measured. */
const TRIED = 3;
/** Seconds of work before there is a pace, if none was tried, and between two marks: shorter ones differ by chance. */
const ENOUGH = 0.5, LONG_ENOUGH = 2;

/** How far a run has come, and how long the rest will take, by how much work each training is and the pace so far. */
export class TimeLeft {
  private readonly works: ReadonlyMap<string, number>;
  private readonly total: number;
  private readonly now: () => number;
  private readonly running = new Map<string, Course>();
  /** The work of trainings that are still to begin. */
  private readonly waiting: Map<string, number>;
  /** How many have ended, and the work that was done of them here. */
  private done = 0;
  private doneHere = 0;
  /** The seconds that all cores have worked, and when they were last counted. */
  private seconds = 0;
  private counted: number | undefined;
  private readonly cores: number;
  private mostAtOnce = 1;
  /** Set whenever as much again is done: the pace is measured from the last but one on, so that it follows changes. */
  private marks: readonly [Mark, Mark] = [{ work: 0, seconds: 0 }, { work: 0, seconds: 0 }];
  private tried: { readonly pace: number; readonly ready: number } | undefined;

  /** @param works of all that is to be trained, by key. @param cores that all share. @param now milliseconds. */
  constructor(works: ReadonlyMap<string, number>, cores: number, now: () => number = () => performance.now()) {
    this.works = works;
    this.waiting = new Map(works);
    this.cores = cores;
    this.now = now;
    this.total = [...works.values()].reduce((sum, work) => sum + work, 0);
  }

  /**
   * Tells what was found by trying: the work of a second of one core.
   * @param ready when the threads will have loaded their program. @param threads how many there will be.
   */
  expect(pace: number, ready: number, threads: number): void {
    this.tried = { pace, ready };
    this.mostAtOnce = Math.max(this.mostAtOnce, threads);
  }

  get hasBegun(): boolean { return this.counted !== undefined; }

  start(key: string): void {
    this.count();
    this.waiting.delete(key);
    this.running.set(key, { work: this.works.get(key) ?? 0, from: undefined, share: undefined, counts: this.done > 0 });
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running.size);
  }

  progress(key: string, { done, epochs }: Progress): void {
    const course = this.running.get(key);
    if (course === undefined) return;
    this.count();
    const share = done / epochs;
    if (!course.counts) course.counts = course.share !== undefined && share > course.share;
    if (course.counts) {
      course.from ??= share;
      this.counted ??= this.now();
    }
    course.share = share;
    const work = this.workHere(), mark = { work, seconds: this.seconds };
    const isDue = work >= 2 * this.marks[1].work && this.seconds >= this.marks[1].seconds + LONG_ENOUGH;
    if (isDue) this.marks = [this.marks[1], mark];
  }

  end(key: string): void {
    this.count();
    const course = this.running.get(key);
    this.running.delete(key);
    this.done++;
    this.waiting.delete(key);
    if (course !== undefined) this.doneHere += partOf(course);
  }

  whole(): WholeProgress {
    this.count();
    const under = [...this.running.values()].map(({ work, share = 0 }) => work * (1 - share));
    const left = [...under, ...this.waiting.values()], remaining = left.reduce((sum, work) => sum + work, 0);
    const share = this.total === 0 ? 1 : 1 - remaining / this.total, pace = this.pace(), tasks = this.works.size;
    if (pace === undefined) return { done: this.done, tasks, share, secondsLeft: null };
    const starting = this.counted === undefined ? Math.max(0, (this.tried?.ready ?? 0) - this.now()) / 1000 : 0;
    return { done: this.done, tasks, share, secondsLeft: starting + this.timeFor(left) / pace };
  }

  /** The work of a second of one core; undefined before it is known. */
  private pace(): number | undefined {
    const [from] = this.marks, work = this.workHere() - from.work, seconds = this.seconds - from.seconds;
    if (this.tried !== undefined) return (work + this.tried.pace * TRIED) / (seconds + TRIED);
    return work > 0 && seconds >= ENOUGH ? work / seconds : undefined;
  }

  /** How long it takes to do these if a core does one unit in a second, and whenever one ends, the next one begins. */
  private timeFor(works: readonly number[]): number {
    let time = 0, next = this.mostAtOnce, running = works.slice(0, next);
    while (running.length > 0) {
      const least = Math.min(...running), rest = running.map((work) => work - least).filter((work) => work > 0);
      time += (least * running.length) / Math.min(running.length, this.cores);
      const begun = works.slice(next, next + running.length - rest.length);
      next += begun.length;
      running = [...rest, ...begun];
    }
    return time;
  }

  private workHere(): number {
    return [...this.running.values()].reduce((sum, course) => sum + partOf(course), this.doneHere);
  }

  private count(): void {
    if (this.counted === undefined) return;
    const now = this.now();
    const busy = [...this.running.values()].filter(({ counts }) => counts).length;
    this.seconds += (Math.min(busy, this.cores) * (now - this.counted)) / 1000;
    this.counted = now;
  }
}

/** What was done of it here. */
function partOf({ work, share = 0, from = share }: Course): number {
  return work * (share - from);
}
