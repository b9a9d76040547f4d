/** How long a training has taken so far, and so how long the rest will take. */

/** Errors are measured after the first epoch, the last one, and every so many. */
export function isMeasured(epoch: number, epochs: number, every: number): boolean {
  return epoch === 1 || epoch === epochs || epoch % every === 0;
}

export function measurementsAfter(epoch: number, epochs: number, every: number): number {
  const regular = Math.floor(epochs / every) - Math.floor(epoch / every);
  const first = epoch < 1 && every > 1 ? 1 : 0;
  return regular + first + (epoch < epochs && epochs % every !== 0 && epochs > 1 ? 1 : 0);
}

export class Stopwatch {
  /** Of all sessions of a training that was interrupted. */
  trainingSeconds = 0;
  private ownSeconds = 0;
  private measuringSeconds = 0;
  private measurements = 0;
  private since = performance.now();

  train(): void {
    const seconds = this.lap();
    this.trainingSeconds += seconds;
    this.ownSeconds += seconds;
  }

  measure(): void {
    this.measuringSeconds += this.lap();
    this.measurements++;
  }

  /** The epochs that were made before; their time says nothing about this machine now. */
  resumed(epochs: number): number {
    this.since = performance.now();
    return epochs;
  }

  /** @param epochsDone in this session. */
  secondsLeft(epochsDone: number, epochsLeft: number, measurementsLeft: number): number | null {
    if (epochsDone <= 0 || this.ownSeconds === 0) return null;
    const measuring = this.measurements > 0 ? this.measuringSeconds / this.measurements : 0;
    return (this.ownSeconds / epochsDone) * epochsLeft + measuring * measurementsLeft;
  }

  private lap(): number {
    const now = performance.now(), seconds = (now - this.since) / 1000;
    this.since = now;
    return seconds;
  }
}
