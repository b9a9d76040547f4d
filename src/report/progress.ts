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

const orDash = (value: number | null, show: (value: number) => string) => (value === null ? "-" : show(value));

interface Column {
  readonly heading: string;
  /** In a narrow terminal. */
  readonly short: string;
  readonly width: number;
  value(run: RunProgress): string;
}

const COLUMNS: readonly Column[] = [
  { heading: "loss", short: "loss", width: 6, value: ({ loss }) => orDash(loss, (value) => fixed(value, 4).slice(0, 6)) },
  { heading: "train %", short: "train%", width: 6, value: ({ trainError }) => orDash(trainError, fixed) },
  { heading: "test %", short: "test%", width: 5, value: ({ testError }) => orDash(testError, fixed) },
  { heading: "samples/s", short: "per s", width: 6, value: ({ samplesPerSecond }) => orDash(samplesPerSecond, grouped) },
  { heading: "left", short: "left", width: 5, value: ({ secondsLeft }) => orDash(secondsLeft, clock) },
];

/** Lays out a line for each run, and a heading above them, so that none is wider than the terminal. */
export class ProgressLayout {
  private readonly gap: string;
  private readonly columns: readonly (Column & { readonly title: string })[];
  private readonly nameWidth: number;
  private readonly epochWidth: number;
  private readonly barWidth: number;

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
  }

  heading(paint: Paint = asIs): PaintedLine {
    const titles = this.columns.map(({ title, width }) => title.padStart(width));
    return this.join("seed network".padEnd(this.nameWidth), "epoch".padStart(this.epochWidth),
      " ".repeat(this.barWidth), titles, (text) => paint.faint(text));
  }

  line(run: RunProgress, paint: Paint = asIs): PaintedLine {
    const seed = `${run.seed}`.padStart(this.nameWidth - 1 - "dropout".length);
    const epoch = `${Math.floor(run.done)}/${run.epochs}`.padStart(this.epochWidth);
    const full = Math.floor((run.done / run.epochs) * this.barWidth);
    const bar = paint.arm(run.arm, "━".repeat(full)) + paint.faint("─".repeat(this.barWidth - full));
    const values = this.columns.map(({ width, value }) => value(run).padStart(width));
    return this.join(`${seed} ${paint.arm(run.arm, run.arm.padEnd("dropout".length))}`, epoch, bar, values);
  }

  private join(
    name: string, epoch: string, bar: string, values: readonly string[], paint = (text: string) => text,
  ): PaintedLine {
    const bars = this.barWidth > 0 ? [bar] : [];
    const parts = [name, epoch, ...bars, ...values];
    const widths = this.columns.reduce((sum, { width }) => sum + width, 0);
    const width = this.nameWidth + this.epochWidth + this.barWidth + widths + (parts.length - 1) * this.gap.length;
    return { text: paint(parts.join(this.gap)), width };
  }
}

/** The same for where lines cannot be rewritten: a whole sentence of numbers, with their names. */
export function progressSentence(run: RunProgress): string {
  const { arm, seed, epochs, done, loss, trainError, testError, samplesPerSecond, secondsLeft } = run;
  const epoch = `${done}`.padStart(`${epochs}`.length);
  return [
    `seed ${seed}`, arm.padEnd("dropout".length), `epoch ${epoch}/${epochs}`, `loss ${orDash(loss, (of) => fixed(of, 4))}`,
    `train ${orDash(trainError, fixed).padStart(5)} %`, `test ${orDash(testError, fixed).padStart(5)} %`,
    `${orDash(samplesPerSecond, grouped)} samples/s`, `${orDash(secondsLeft, clock)} left`,
  ].join("  ");
}
