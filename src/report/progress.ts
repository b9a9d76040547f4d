import { fixed, grouped } from "./html/numbers.ts";
import { asIs, type Paint, type PaintedLine } from "./paint.ts";
import type { Arm } from "./result.ts";

/** How far one run has come. */
export interface RunProgress {
  readonly arm: Arm;
  readonly seed: number;
  /** How many epochs there will be, and how many are done: 39.5 in the middle of the fortieth. */
  readonly epochs: number;
  readonly done: number;
  /** Of the last epoch; null before its end. Errors, in percent, are those measured last. */
  readonly loss: number | null;
  readonly trainError: number | null;
  readonly testError: number | null;
  /** Rows a second, in training alone; null before the first. */
  readonly samplesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** "0:09", "12:05", "1:02:03". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => value.toString().padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function orDash(value: number | null, show: (value: number) => string): string {
  return value === null ? "-" : show(value);
}

const timeLeft = ({ done, epochs, secondsLeft }: RunProgress) => (
  done === epochs ? "done" : orDash(secondsLeft, clock));

/** A loss has four decimals while it is small; a large one, on its way to nowhere, only what fits. */
function sixWide(value: number): string {
  const text = fixed(value, 4);
  return text.length <= 6 ? text : value.toPrecision(value < 1e6 ? 5 : 1).slice(0, 6);
}

interface Column {
  readonly heading: string;
  /** In a narrow terminal. */
  readonly short: string;
  readonly width: number;
  readonly value: (run: RunProgress) => string;
}

const COLUMNS: readonly Column[] = [
  { heading: "loss", short: "loss", width: 6, value: ({ loss }) => orDash(loss, sixWide) },
  { heading: "train %", short: "train%", width: 6, value: ({ trainError }) => orDash(trainError, fixed) },
  { heading: "test %", short: "test%", width: 5, value: ({ testError }) => orDash(testError, fixed) },
  { heading: "samples/s", short: "per s", width: 6, value: (run) => orDash(run.samplesPerSecond, grouped) },
  { heading: "left", short: "left", width: 5, value: timeLeft },
];

/** Lays out a line for each run, and a heading above them, so that none is wider than the terminal. */
export class ProgressLayout {
  private readonly gap: string;
  private readonly columns: readonly (Column & { readonly title: string })[];
  private readonly nameWidth: number;
  private readonly epochWidth: number;
  private readonly barWidth: number;
  /** Of every line. */
  private readonly width: number;

  constructor(available: number, lastSeed: number, epochs: number) {
    const wide = available >= 76;
    this.gap = wide ? "  " : " ";
    this.columns = COLUMNS.map((column) => {
      const title = wide ? column.heading : column.short;
      return { ...column, title, width: Math.max(column.width, title.length) };
    });
    this.nameWidth = Math.max("seed".length, `${lastSeed}`.length) + 1 + "dropout".length;
    this.epochWidth = Math.max("epoch".length, 2 * `${epochs}`.length + 1);
    const taken = this.columns.reduce((sum, { width }) => sum + width + this.gap.length, 0)
      + this.nameWidth + this.epochWidth + 2 * this.gap.length;
    // A line of exactly the terminal's width would make some terminals begin another.
    this.barWidth = Math.max(0, Math.min(30, available - 1 - taken));
    this.width = taken + this.barWidth - (this.barWidth > 0 ? 0 : this.gap.length);
  }

  heading(paint: Paint = asIs): PaintedLine {
    const titles = this.columns.map(({ title, width }) => title.padStart(width));
    const name = `${"seed".padStart(this.nameWidth - 1 - "dropout".length)} network`;
    const line = this.join(name, "epoch".padStart(this.epochWidth), " ".repeat(this.barWidth), titles);
    return { ...line, text: paint.faint(line.text) };
  }

  line(run: RunProgress, paint: Paint = asIs): PaintedLine {
    const seed = `${run.seed}`.padStart(this.nameWidth - 1 - "dropout".length);
    const epoch = `${Math.floor(run.done)}/${run.epochs}`.padStart(this.epochWidth);
    const full = Math.floor((run.done / run.epochs) * this.barWidth);
    const bar = paint.arm(run.arm, "━".repeat(full)) + paint.faint("─".repeat(this.barWidth - full));
    const values = this.columns.map(({ width, value }) => value(run).padStart(width));
    const name = `${seed} ${paint.arm(run.arm, run.arm.padEnd("dropout".length))}`;
    return this.join(name, epoch, bar, values);
  }

  private join(name: string, epoch: string, bar: string, values: readonly string[]): PaintedLine {
    const text = [name, epoch, ...(this.barWidth > 0 ? [bar] : []), ...values].join(this.gap);
    return { text, width: this.width };
  }
}

/** The same for where lines cannot be rewritten: a whole sentence of numbers, with their names. */
export function progressSentence(run: RunProgress): string {
  const { arm, seed, epochs, done, loss, trainError, testError, samplesPerSecond } = run;
  const epoch = `${done}`.padStart(`${epochs}`.length);
  return [
    `seed ${seed}`, arm.padEnd("dropout".length),
    `epoch ${epoch}/${epochs}`, `loss ${orDash(loss, (value) => fixed(value, 4))}`,
    `train ${orDash(trainError, fixed).padStart(5)} %`, `test ${orDash(testError, fixed).padStart(5)} %`,
    `${orDash(samplesPerSecond, grouped)} samples/s`, done === epochs ? "done" : `${timeLeft(run)} left`,
  ].join("  ");
}
