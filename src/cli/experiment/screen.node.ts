/** What a run shows while it goes on, and at its end. */
import { availableParallelism } from "node:os";
import { grouped } from "../../charts/numbers.ts";
import type { Paint } from "../../charts/palette.ts";
import type { Terminal } from "../../environment.node.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { errorFigures, lookIndex } from "../../report/figures.ts";
import { LiveLines } from "../../report/live-lines.node.ts";
import { paintFor } from "../../report/paint.node.ts";
import {
  ProgressLayout, progressSentence, wholeWords, type Progress, type RunProgress,
} from "../../report/progress.ts";
import { ownFigures } from "../../report/own-figures.ts";
import type { ExperimentResult } from "../../report/result.ts";
import { comparisonTable, tableLines } from "../../report/table.ts";
import { wholeColumns, wrap } from "../../report/wrap.ts";
import { printable } from "../../tensor/errors.ts";
import { networkOf, recipeOf } from "./calls.ts";
import type { RunSettings } from "./flags.node.ts";
import type { Measured } from "./measured.ts";
import type { Plan, PlannedTask } from "./plan.node.ts";
import { TimeLeft, type Work } from "./time-left.ts";

/** If lines cannot be rewritten, a training writes about so many of them, and all together about so many more. */
const PLAIN_LINES = 10, MOST_LINES = 100;
/** Milliseconds, if no training reports anything: the time left goes on. */
const REDRAWN_EVERY = 500;
/** Networks are summed up if they are few. */
const MOST_SUMMARIES = 3;
const UNKNOWN = { done: 0, loss: null, trainError: null, testError: null, samplesPerSecond: null, secondsLeft: null };

export class Screen {
  private readonly settings: RunSettings;
  private readonly output: NodeJS.WriteStream;
  private readonly terminal: Terminal;
  private readonly paint: Paint;
  private readonly measure: Measured;
  private live: LiveLines | undefined;
  private clock: NodeJS.Timeout | undefined;
  private names: readonly string[] = [];
  private epochs = 1;
  private readonly running = new Map<string, RunProgress>();
  /** The epochs at which each last got a plain line. */
  private readonly written = new Map<string, number>();
  private time = new TimeLeft(new Map(), 1);
  /** Lines that each training writes before its last one. */
  private plainLines = PLAIN_LINES;
  private readonly redrawNow = () => { this.redraw(); };

  constructor(settings: RunSettings, measure: Measured, output: NodeJS.WriteStream, terminal: Terminal) {
    this.settings = settings;
    this.measure = measure;
    this.output = output;
    this.terminal = terminal;
    this.paint = paintFor(terminal);
  }

  /** What is about to run. */
  opening(subject: Experiment, plan: Plan): void {
    const { seeds, seed } = this.settings, { data, points } = plan, { train, test, rows = "rows" } = data;
    this.names = points.map(({ name }) => name);
    const seedNames = seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`;
    this.print([this.paint.strong(printable(subject.definition.title))]);
    this.say(`${grouped(train.size)} ${rows} to train on, ${grouped(test.size)} others to test on; ${
      points.length} ${points.length === 1 ? "network" : "networks"}, ${seedNames}.`);
    if (subject.definition.lookAt !== undefined) this.say(`Look at: ${subject.definition.lookAt}.`);
    const measured = Math.min(train.size, 10_000);
    if (measured < train.size) this.say(`The training error is measured on the first ${grouped(measured)} of them.`);
    points.forEach(({ name, options }, i) => {
      const context = { seed, train };
      try {
        this.epochs = Math.max(this.epochs, recipeOf(subject, options, context).epochs);
        if (points.length > MOST_SUMMARIES) return;
        const [, ...lines] = networkOf(subject, options, context).summary().split("\n");
        this.print(["", this.paint.series(i, printable(name)), ...wholeColumns(lines, this.terminal.columns)]);
      } catch {
        return; // the training will say why
      }
    });
    this.print([""]);
  }

  /** A sentence beside the matter. */
  note(sentence: string): void {
    if (this.settings.quiet) return;
    this.above([...wrap(printable(sentence), this.terminal.columns), ""]);
  }

  /** @param works of the trainings that are left, by key. @param done how many are kept. */
  begin(works: ReadonlyMap<string, Work>, done: number): void {
    const tasks = works.size;
    this.time = new TimeLeft(works, this.settings.queue === undefined ? availableParallelism() : Infinity);
    this.plainLines = Math.min(PLAIN_LINES, MOST_LINES / Math.max(1, tasks));
    const all = done + tasks;
    if (done > 0) this.note(`${done} of ${all} trainings are kept from before; --fresh would train them anew.`);
    if (this.settings.quiet || !this.terminal.live || tasks === 0) return;
    this.live = new LiveLines(this.output, this.terminal);
    this.output.on("resize", this.redrawNow);
    this.clock = setInterval(this.redrawNow, REDRAWN_EVERY);
    this.live.draw([], [this.layout().heading(this.paint)]);
  }

  /** Whether the time left is shown from the start. */
  get isLive(): boolean { return this.live !== undefined; }

  /** Whether the first training has begun. */
  get hasBegun(): boolean { return this.time.hasBegun; }

  /** Tells what was found by trying a training. See TimeLeft.expect(). */
  expect(pace: number, ready: number, threads: number): void {
    this.time.expect(pace, ready, threads);
    this.redraw();
  }

  start(task: PlannedTask): void {
    const run = { arm: task.points[0], index: this.names.indexOf(task.points[0]), seed: task.seed,
      epochs: this.epochs, ...UNKNOWN };
    this.running.set(task.key, run);
    this.time.start(task.key);
    this.redraw();
  }

  progress(task: PlannedTask, progress: Progress, isMeasurement: boolean): void {
    const run = this.running.get(task.key);
    if (run === undefined) return;
    const now = { ...run, ...progress };
    this.running.set(task.key, now);
    this.time.progress(task.key, progress);
    if (this.settings.quiet) return;
    if (this.live !== undefined) this.redraw();
    if (this.live !== undefined || !isMeasurement) return;
    const last = this.written.get(task.key) ?? -Infinity;
    if (this.plainLines < 1 || now.done === now.epochs || now.done < last + now.epochs / this.plainLines) return;
    // The first epoch has a line of its own, but the later ones are counted from the start.
    this.written.set(task.key, now.done === 1 ? 0 : now.done);
    this.print([this.sentence(now)]);
  }

  /** The line of a training that has ended stays. */
  finish(task: PlannedTask, failure: string | undefined): void {
    const run = this.running.get(task.key);
    this.running.delete(task.key);
    this.time.end(task.key);
    if (this.settings.quiet || run === undefined) return;
    const failed = failure === undefined ? [] : wrap(printable(`${run.arm}, seed ${run.seed}, failed: ${failure}`),
      this.terminal.columns);
    const whole = this.time.whole(), last = failure === undefined && run.done === run.epochs
      ? [`${this.sentence(run)}  ${wholeWords(whole)}`] : [];
    this.above([...(this.live === undefined ? last : [this.layout().line(run, this.paint)]), ...failed]);
  }

  /** Leaves the live lines. */
  end(): void {
    this.output.off("resize", this.redrawNow);
    clearInterval(this.clock);
    this.live?.draw([]);
    this.live?.end();
    this.live = undefined;
  }

  /** What came out. */
  closing(result: ExperimentResult): void {
    const { paint } = this, { columns } = this.terminal, { summary, failed } = result;
    if (summary.seeds > 0) {
      const { spread } = result;
      this.print(["", ...comparisonTable(summary, columns, paint, this.measure, { failed, spread,
        lookOf: (arm) => lookIndex(result, arm) }), ""]);
      // Of a sweep of two options there is a heat map for each variant.
      for (const { chart, table } of ownFigures(result)) {
        // Tiles, which have no table, need more room than a terminal has.
        if (table !== undefined) this.print([...chart.text({ columns, paint }).split("\n"), "",
          ...tableLines(table, columns), ""]);
      }
      const [first, ...others] = errorFigures(result), isMap = first?.name.startsWith("heat-map");
      for (const { chart } of first === undefined ? [] : [first, ...(isMap ? others : [])]) {
        this.print([...chart.text({ columns, paint }).split("\n"), ""]);
      }
    }
    this.always(wrap(printable(summary.sentence), columns).map((line) => paint.strong(line)));
  }

  files(names: readonly string[], seconds: number): void {
    this.print([this.paint.faint(`It took ${seconds.toFixed(1)} s.`)]);
    this.always(names.map((name) => `Written: ${printable(name)}`));
  }

  private sentence(run: RunProgress): string {
    const nameWidth = Math.min(24, Math.max(...this.names.map((name) => name.length)));
    return printable(progressSentence(run, nameWidth, this.measure));
  }

  private layout(): ProgressLayout {
    const { seed, seeds } = this.settings;
    return new ProgressLayout(this.terminal.columns, { arms: this.names, lastSeed: seed + seeds - 1,
      epochs: this.epochs, measure: this.measure });
  }

  private redraw(): void {
    if (this.live === undefined) return;
    const layout = this.layout();
    // Of very many at once, those that began first.
    const lines = [...this.running.values()].slice(0, 16).map((run) => layout.line(run, this.paint));
    this.live.draw([...lines, layout.whole(this.time.whole(), this.paint)]);
  }

  private above(lines: readonly string[]): void {
    if (this.live === undefined) this.print(lines);
    this.live?.draw([], lines);
    this.redraw();
  }

  /** A sentence, folded to the terminal's width. */
  private say(text: string): void {
    this.print(wrap(printable(text), this.terminal.columns));
  }

  private print(lines: readonly string[]): void {
    if (!this.settings.quiet) this.always(lines);
  }

  private always(lines: readonly string[]): void {
    for (const line of lines) this.output.write(`${line}\n`);
  }
}
