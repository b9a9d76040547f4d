/** What train shows of a table: before, during and after training. */
import type { TableSchema } from "../../data/table/schema.ts";
import type { Terminal } from "../../environment.node.ts";
import { lineChart } from "../../charts/line-chart.ts";
import { statisticOf } from "../../charts/statistic.ts";
import { curvesOf, errorRange } from "../../report/curves.ts";
import { fixed, meanAndSd, plural } from "../../charts/numbers.ts";
import { LiveLines } from "../../report/live-lines.node.ts";
import { largestOf, type Measure } from "../../report/measure.ts";
import { paintFor } from "../../report/paint.node.ts";
import type { Paint } from "../../charts/palette.ts";
import { clock } from "../../report/progress.ts";
import type { Arm, Statistic, Summary } from "../../report/result.ts";
import { comparisonTable } from "../../report/table.ts";
import { wrap } from "../../report/wrap.ts";
import { printable, shownName } from "../../tensor/errors.ts";
import type { Callback } from "../../train/trainer.ts";
import type { Recipe, SplitRuns, Tell } from "./compare.ts";
import { asTyped } from "./open.node.ts";

/** Milliseconds between two looks at the progress. */
const OFTEN = 100;

export class TableScreen {
  private readonly output: NodeJS.WriteStream;
  private readonly terminal: Terminal;
  private readonly measure: Measure;
  private readonly paint: Paint;
  private readonly epochs: number;
  /** Of all runs, the last one included, which is saved. */
  private readonly runs: number;
  private readonly started = performance.now();
  private done = 0;
  private drawn = 0;
  private live: LiveLines | undefined;

  constructor(
    output: NodeJS.WriteStream, terminal: Terminal, measure: Measure,
    { epochs, seeds }: { epochs: number; seeds: number },
  ) {
    this.output = output;
    this.terminal = terminal;
    this.measure = measure;
    this.paint = paintFor(terminal);
    this.epochs = epochs;
    this.runs = 2 * seeds + 1;
  }

  /** The columns, and what is about to run. */
  opening(path: string, schema: TableSchema, recipe: Recipe, seed: number): void {
    const { hidden, keep, epochs, batchSize, learningRate } = recipe, seeds = (this.runs - 1) / 2;
    this.print([this.paint.strong(printable(path)), ...hanging(asTyped(schema.summary()), this.terminal.columns), ""]);
    const sizes = [schema.inputSize, ...hidden, schema.outputSize].join("-");
    const seedNames = seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`;
    this.say(`Two networks ${sizes}, without dropout (plain) and with it (keep ${keep}): Adam with learning rate ${
      learningRate} falling to 0, batches of ${batchSize}, ${plural(epochs, "epoch")}; ${seedNames}. In each split a `
      + "fifth of the rows is for validation; the columns are learned from the others.");
    const name = shownName(schema.label.name);
    this.say(schema.task === "classes"
      ? `Errors are the share of rows whose ${name} is predicted wrongly.`
      : `Errors are the mean absolute error of ${name}, in its own unit.`);
    this.print([""]);
  }

  /** What to call while the networks of a seed are trained. */
  tell(seed: number): Tell {
    return (arm, epochsDone) => { this.progress(`seed ${seed} ${arm}`, epochsDone); };
  }

  /** Follows the run that is saved. */
  finalRun(arm: Arm): Callback {
    return {
      onStepEnd: (_, { epoch, step, steps }) => { this.progress(`all rows ${arm}`, epoch - 1 + step / steps); },
    };
  }

  /** After both networks of a split. */
  split(seed: number, { runs, constantGuess }: SplitRuns): void {
    const { sign, decimals } = this.measure, told = (error: number) => `${fixed(error, decimals)}${sign}`;
    this.clear();
    const errors = runs.map(({ arm, epochs }) => `${arm} ${told(epochs.at(-1)?.testError ?? NaN)}`);
    this.say([`seed ${seed}: test error`, `${errors.join(", ")},`, `constant guess ${told(constantGuess)}`].join(" "));
  }

  closing(splits: readonly SplitRuns[], summary: Summary, better: Arm, schema: TableSchema): void {
    const runs = splits.flatMap((split) => split.runs);
    const guess = statisticOf(splits.map(({ constantGuess }) => constantGuess));
    this.clear();
    this.live?.end();
    this.live = undefined;
    const { columns } = this.terminal, { paint, measure } = this;
    this.print(["", ...comparisonTable(summary, columns, paint, measure, { constantGuess: guess }), ""]);
    const series = curvesOf(runs, "testError"), y = { unit: measure.sign, ...errorRange(series, largestOf(measure)) };
    const chart = lineChart({ title: "test error", series, x: { label: "epoch" }, y });
    this.print([...chart.text({ columns, paint }).split("\n"), ""]);
    const strong = (line: string) => paint.strong(line);
    this.say(summary.sentence, strong);
    this.say(this.besideConstant(splits, better, guess, schema), strong);
    const how = summary.comparisons[0].difference.mean === 0 ? "the same" : "lower";
    const saved = `Saved: the network ${better === "plain" ? "without" : "with"} dropout, whose test error was ${how},`;
    this.say(`${saved} trained anew on all ${plural(schema.rows, "row")}.`);
  }

  files(names: readonly string[], seconds: number): void {
    this.say(`It took ${seconds.toFixed(1)} s.`, (line) => this.paint.faint(line));
    this.print(names.map((name) => `Written: ${printable(name)}`));
  }

  /** A sentence, folded to the terminal's width. */
  say(text: string, paint = (line: string) => line): void {
    this.print(wrap(printable(text), this.terminal.columns).map(paint));
  }

  private besideConstant(splits: readonly SplitRuns[], arm: Arm, guess: Statistic, { label }: TableSchema): string {
    const { sign, decimals } = this.measure, told = (one: Statistic) => `${meanAndSd(one, fixed, decimals)}${sign}`;
    const constant = label.type === "number" ? `the mean ${shownName(label.name)}`
      : shownName(label.classes[label.counts.indexOf(Math.max(...label.counts))]);
    const off = label.type === "number" ? "off by" : "wrong in";
    const always = `Always guessing ${constant} is ${off} ${told(guess)}`;
    const wins = splits.filter(({ runs, constantGuess }) => {
      return runs.some((run) => run.arm === arm && (run.epochs.at(-1)?.testError ?? Infinity) < constantGuess);
    }).length;
    const network = `the network ${arm === "plain" ? "without" : "with"} dropout`;
    return wins * 2 > splits.length
      ? `${always}; ${network} was better in ${wins} of ${plural(splits.length, "split")}.`
      : `${always}; ${network} was better in only ${wins} of ${plural(splits.length, "split")}: the columns tell too `
        + "little, or there are too few rows.";
  }

  private progress(what: string, epochsDone: number): void {
    const now = performance.now(), isWhole = epochsDone === this.epochs;
    const share = (this.done + epochsDone / this.epochs) / this.runs;
    const left = ((now - this.started) / share) * (1 - share) / 1000;
    const run = Math.min(this.done + 1, this.runs);
    if (isWhole) this.done++;
    if (!this.terminal.live || (now - this.drawn < OFTEN && !isWhole)) return;
    this.drawn = now;
    this.live ??= new LiveLines(this.output, this.terminal);
    const before = `run ${run}/${this.runs}  ${what}  epoch ${Math.floor(epochsDone)}/${this.epochs}`;
    const after = `${clock(left)} left`, width = Math.min(24, this.terminal.columns - before.length - after.length - 5);
    const full = Math.floor(share * width);
    const bar = width < 4 ? "" : `${"━".repeat(full)}${"─".repeat(width - full)}  `;
    const text = `${before}  ${bar}${after}`;
    this.live.draw([this.paint.faint(text)]);
  }

  private clear(): void {
    this.live?.draw([]);
  }

  private print(lines: readonly string[]): void {
    for (const line of lines) this.output.write(`${line}\n`);
  }
}

/** The schema's lines, folded under their last column. */
function hanging(summary: string, columns: number): readonly string[] {
  const lines = summary.split("\n"), start = lines[0].lastIndexOf("  ") + 2;
  const indent = start < columns / 2 ? start : 4;
  return lines.flatMap((line, i) => {
    if (i === lines.length - 1) return wrap(line, columns);
    const head = line.slice(0, start), [first, ...rest] = start < columns / 2
      ? wrap(line.slice(start), columns - start) : ["", ...wrap(line.slice(start), columns - indent)];
    return [`${head}${first}`.trimEnd(), ...rest.map((one) => " ".repeat(indent) + one)];
  });
}
