/** How long a training has taken so far, and so how long the rest will take. */

/** Where nobody says how often, about so many measurements. */
const MEASUREMENTS = 12;

/** Epochs from one measurement to the next. */
export function intervalOf(asked: number | undefined, epochs: number): number {
  return asked ?? Math.max(1, Math.round(epochs / MEASUREMENTS));
}

/** Errors are measured after the first epoch, the last one, and every so many. */
export function isMeasured(epoch: number, epochs: number, every: number): boolean {
  return epoch === 1 || epoch === epochs || epoch % every === 0;
}

export function measurementsAfter(epoch: number, epochs: number, every: number): number {
  const regular = Math.floor(epochs / every) - Math.floor(epoch / every);
  const first = epoch < 1 && every > 1 ? 1 : 0;
  return regular + first + (epoch < epochs && epochs % every !== 0 && epochs > 1 ? 1 : 0);
}

/** How much was done when so many seconds had been spent on it. */
interface Mark {
  readonly epochs: number;
  readonly seconds: number;
}

export class Stopwatch {
  /** Of all sessions of a training that was interrupted. */
  trainingSeconds = 0;
  private ownSeconds = 0;
  private measuringSeconds = 0;
  private measurements = 0;
  /**
   * Set whenever as much again is done: from the last but one on, the pace is measured. The first steps are slow, while
   * code is compiled, and say little about the rest.
   */
  private marks: readonly [Mark, Mark] | undefined;
  private readonly now: () => number;
  private since: number;

  /** @param now milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
    this.since = now();
  }

  /** @param epochsDone in this session. */
  train(epochsDone: number): void {
    const seconds = this.lap();
    this.trainingSeconds += seconds;
    this.ownSeconds += seconds;
    const mark = { epochs: epochsDone, seconds: this.ownSeconds };
    if (this.marks === undefined) this.marks = [mark, mark];
    else if (epochsDone >= 2 * this.marks[1].epochs) this.marks = [this.marks[1], mark];
  }

  measure(): void {
    this.measuringSeconds += this.lap();
    this.measurements++;
  }

  /** The epochs that were made before; their time says nothing about this machine now. */
  resumed(epochs: number): number {
    this.since = this.now();
    return epochs;
  }

  /** Null before there is a pace. @param epochsDone in this session. */
  secondsLeft(epochsDone: number, epochsLeft: number, measurementsLeft: number): number | null {
    const [from] = this.marks ?? [];
    if (from === undefined || epochsDone <= from.epochs) return null;
    const measuring = this.measurements > 0 ? this.measuringSeconds / this.measurements : 0;
    const pace = (this.ownSeconds - from.seconds) / (epochsDone - from.epochs);
    return pace * epochsLeft + measuring * measurementsLeft;
  }

  private lap(): number {
    const now = this.now(), seconds = (now - this.since) / 1000;
    this.since = now;
    return seconds;
  }
}
