import type { Progress, WholeProgress } from "../../report/progress.ts";

/** A training as far as its time is concerned. */
interface Pace {
  readonly point: string;
  readonly since: number;
  readonly from: number;
  progress: Progress;
}

/** How far a run has come, and how long the rest will take: from how long each kind of training takes. */
export class TimeLeft {
  private readonly tasks: number;
  private readonly workers: number;
  private done = 0;
  private readonly running = new Map<string, Pace>();
  /** The seconds of a whole training, by point: of those that ended here. */
  private readonly known = new Map<string, number[]>();

  constructor(tasks: number, workers: number) {
    this.tasks = tasks;
    this.workers = workers;
  }

  progress(key: string, point: string, progress: Progress): void {
    const pace = this.running.get(key);
    if (pace !== undefined) {
      pace.progress = progress;
      return;
    }
    this.running.set(key, { point, since: performance.now(), from: progress.done, progress });
  }

  end(key: string): void {
    const pace = this.running.get(key);
    this.running.delete(key);
    this.done++;
    if (pace === undefined) return;
    const { epochs, done } = pace.progress, part = (done - pace.from) / epochs;
    if (part <= 0) return;
    const seconds = (performance.now() - pace.since) / 1000 / part;
    this.known.set(pace.point, [...(this.known.get(pace.point) ?? []), seconds]);
  }

  whole(): WholeProgress {
    const running = [...this.running.values()];
    const all = [...[...this.known.values()].flat(), ...running.flatMap((pace) => secondsOf(pace) ?? [])];
    const waiting = Math.max(0, this.tasks - this.done - running.length);
    const parts = running.reduce((sum, { progress: { done, epochs } }) => sum + done / epochs, 0);
    const share = this.tasks === 0 ? 1 : (this.done + parts) / this.tasks;
    if (all.length === 0) return { done: this.done, tasks: this.tasks, share, secondsLeft: null };
    const mean = all.reduce((sum, seconds) => sum + seconds, 0) / all.length;
    const left = running.map(({ progress }) => progress.secondsLeft ?? mean * (1 - progress.done / progress.epochs));
    const work = left.reduce((sum, seconds) => sum + seconds, 0) + waiting * mean;
    // The last ones run side by side, and fewer than there is room for.
    const lanes = Math.max(1, Math.min(this.workers, running.length + waiting));
    return { done: this.done, tasks: this.tasks, share, secondsLeft: Math.max(work / lanes, ...left) };
  }
}

/** Of a whole training, at the pace of the one that is under way. */
function secondsOf({ progress: { done, epochs, secondsLeft } }: Pace): number | undefined {
  return secondsLeft === null || done >= epochs ? undefined : (secondsLeft * epochs) / (epochs - done);
}
