import { fixed, grouped, shortened } from "../charts/numbers.ts";
import { asIs, type Paint } from "../charts/palette.ts";
import { PERCENT, type Measure } from "./measure.ts";
import type { Arm } from "./result.ts";

/** How far a training has come. */
export interface Progress {
  /** How many epochs there will be, and how many are done: 39.5 in the middle of the fortieth. */
  readonly epochs: number;
  readonly done: number;
  /** Of the last epoch; null before its end. Errors are those measured last. */
  readonly loss: number | null;
  readonly trainError: number | null;
  readonly testError: number | null;
  /** Rows a second, in training alone; null before the first. */
  readonly samplesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Whose it is. */
export interface RunProgress extends Progress {
  readonly arm: Arm;
  /** Which of the arms it is, for its colour. */
  readonly index: number;
  readonly seed: number;
}

/** How far all of them together have come. */
export interface WholeProgress {
  readonly done: number;
  readonly tasks: number;
  /** 0 to 1, of the work. */
  readonly share: number;
  readonly secondsLeft: number | null;
}

/** "0:09", "12:05", "1:02:03", "120 h". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => value.toString().padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  if (hours > 99) return `${hours} h`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** How far all of them have come, in words. */
export function wholeWords({ done, tasks, secondsLeft }: WholeProgress): string {
  const left = secondsLeft === null || done === tasks ? "" : `, ${clock(secondsLeft)} left`;
  return `(${done} of ${tasks} trained${left})`;
}

function orDash(value: number | null, show: (value: number) => string): string {
  return value === null ? "-" : show(value);
}

const timeLeft = ({ done, epochs, secondsLeft }: RunProgress) => (
  done === epochs ? "done" : secondsLeft === null ? "starts" : clock(secondsLeft));

/** In at most six characters, with these decimals if there is room for them. */
function sixWide(value: number, decimals = Math.abs(value) < 10 ? 4 : Math.abs(value) < 100 ? 2 : 1): string {
  const text = fixed(value, decimals);
  return text.length <= 6 ? text : value.toPrecision(Math.abs(value) < 1e6 && value >= 0 ? 5 : 1).slice(0, 6);
}

interface Column {
  readonly heading: string;
  readonly width: number;
  /** Those with the largest go first where there is no room. */
  readonly rank: number;
  readonly value: (run: RunProgress) => string;
}

const columnsFor = (
  { sign, decimals }: Measure, error = (value: number) => sixWide(value, decimals),
): readonly Column[] => [
  { heading: "loss", width: 6, rank: 3, value: ({ loss }) => orDash(loss, (value) => sixWide(value)) },
  { heading: `train${sign}`, width: 7, rank: 2, value: ({ trainError }) => orDash(trainError, error) },
  { heading: `test${sign}`, width: 6, rank: 0, value: ({ testError }) => orDash(testError, error) },
  { heading: "samples/s", width: 9, rank: 4, value: (run) => orDash(run.samplesPerSecond, grouped) },
  { heading: "left", width: 8, rank: 1, value: timeLeft },
];

/** A text in so many characters, cut or filled up. */
const fitted = (text: string, width: number) => {
  const short = shortened(text, width);
  return short + " ".repeat(Math.max(0, width - Array.from(short).length));
};

/** Lays out a line for each run, a heading above them and one for the whole below, none as wide as the terminal. */
export class ProgressLayout {
  private readonly available: number;
  private readonly columns: readonly Column[];
  private readonly seedWidth: number;
  private readonly nameWidth: number;
  private readonly epochWidth: number;
  private readonly barWidth: number;

  constructor(
    available: number, { arms, lastSeed, epochs, measure = PERCENT }: {
      arms: readonly Arm[]; lastSeed: number; epochs: number; measure?: Measure;
    },
  ) {
    // A line of exactly the terminal's width would make some terminals begin another.
    this.available = Math.max(10, available - 1);
    this.seedWidth = Math.max("seed".length, `${lastSeed}`.length);
    this.epochWidth = Math.max("epoch".length, 2 * `${epochs}`.length + 1);
    const longest = Math.max("network".length, ...arms.map((arm) => Array.from(arm).length));
    const shortest = Math.min(longest, 8);
    const fixedWidth = (columns: readonly Column[], name: number) => (
      this.seedWidth + 1 + name + 2 + this.epochWidth + columns.reduce((sum, { width }) => sum + 2 + width, 0));
    let columns = columnsFor(measure).map((column) =>
      ({ ...column, width: Math.max(column.width, column.heading.length) }));
    while (columns.length > 0 && fixedWidth(columns, shortest) > this.available) {
      const last = Math.max(...columns.map(({ rank }) => rank));
      columns = columns.filter(({ rank }) => rank !== last);
    }
    this.columns = columns;
    const room = this.available - fixedWidth(columns, 0);
    this.nameWidth = Math.max(0, Math.min(longest, room));
    const bar = Math.min(30, room - this.nameWidth - 2);
    this.barWidth = bar >= 4 ? bar : 0;
  }

  heading(paint: Paint = asIs): string {
    const titles = this.columns.map(({ heading, width }) => heading.padStart(width));
    const name = `${"seed".padStart(this.seedWidth)} ${fitted("network", this.nameWidth)}`;
    return paint.faint(this.join(name, "epoch".padStart(this.epochWidth), " ".repeat(this.barWidth), titles).trimEnd());
  }

  line(run: RunProgress, paint: Paint = asIs): string {
    const epoch = `${Math.floor(run.done)}/${run.epochs}`.padStart(this.epochWidth);
    const values = this.columns.map(({ width, value }) => value(run).slice(0, width).padStart(width));
    const name = `${`${run.seed}`.padStart(this.seedWidth)} ${paint.series(run.index,
      fitted(run.arm, this.nameWidth))}`;
    return this.join(name, epoch, this.bar(run.done / run.epochs, (text) => paint.series(run.index, text), paint),
      values);
  }

  whole({ done, tasks, share, secondsLeft }: WholeProgress, paint: Paint = asIs): string {
    const words = `${done} of ${tasks} trained`, left = secondsLeft === null ? "" : `${clock(secondsLeft)} left`;
    const room = this.available - words.length - left.length - 4, width = Math.min(40, room);
    if (room < 0) return paint.strong(fitted(left === "" ? words : left, Math.min(this.available, 20)).trimEnd());
    const full = Math.floor(share * width);
    const bar = width < 4 ? "" : `${"━".repeat(full)}${paint.faint("─".repeat(width - full))}  `;
    return `${paint.strong(words)}  ${bar}${left}`.trimEnd();
  }

  private bar(share: number, inColour: (text: string) => string, paint: Paint): string {
    const full = Math.floor(share * this.barWidth);
    return this.barWidth === 0 ? "" : inColour("━".repeat(full)) + paint.faint("─".repeat(this.barWidth - full));
  }

  private join(name: string, epoch: string, bar: string, values: readonly string[]): string {
    return [name, epoch, ...(this.barWidth > 0 ? [bar] : []), ...values].join("  ");
  }
}

/** The same for where lines cannot be rewritten: a whole sentence of numbers, with their names. */
export function progressSentence(run: RunProgress, nameWidth = 0, { sign, decimals }: Measure = PERCENT): string {
  const { arm, seed, epochs, done, loss, trainError, testError, samplesPerSecond } = run;
  const epoch = `${done}`.padStart(`${epochs}`.length);
  const error = (value: number | null) => `${orDash(value, (one) => fixed(one, decimals)).padStart(5)}${sign}`;
  return [
    `seed ${seed}`, arm.padEnd(nameWidth),
    `epoch ${epoch}/${epochs}`, `loss ${orDash(loss, (value) => fixed(value, 4))}`,
    `train ${error(trainError)}`, `test ${error(testError)}`,
    `${orDash(samplesPerSecond, grouped)} samples/s`, done === epochs ? "done" : `${timeLeft(run)} left`,
  ].join("  ");
}
