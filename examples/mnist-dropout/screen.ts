/** What the main job shows while it runs, and at its end. */
import { type Terminal } from "../../src/environment.node.ts";
import { ARMS } from "../../src/report/html/arms.ts";
import { curvesOf } from "../../src/report/html/curves.ts";
import { grouped } from "../../src/report/html/numbers.ts";
import { LiveLines } from "../../src/report/live-lines.node.ts";
import { paintFor } from "../../src/report/paint.node.ts";
import type { Paint } from "../../src/report/paint.ts";
import { ProgressLayout, progressSentence, type RunProgress } from "../../src/report/progress.ts";
import type { Arm, Run, Summary } from "../../src/report/result.ts";
import { comparisonTable } from "../../src/report/table.ts";
import { textChart } from "../../src/report/text-chart.ts";
import { wrap } from "../../src/report/wrap.ts";
import { measuredCount } from "./digits.ts";
import { networkFor } from "./networks.ts";
import type { Options } from "./options.ts";

/** Where lines cannot be rewritten, a run writes about so many of them. */
const PLAIN_LINES = 10;

/** What is known of a run before its first epoch. */
const NOTHING = { loss: null, trainError: null, testError: null, samplesPerSecond: null, secondsLeft: null };

export class Screen {
  private readonly options: Options;
  private readonly output: NodeJS.WriteStream;
  private readonly terminal: Terminal;
  private readonly paint: Paint;
  private live: LiveLines | undefined;
  /** The runs being shown, and the epochs at which each last got a plain line. */
  private readonly shown = new Map<Arm, RunProgress>();
  private readonly written = new Map<Arm, number>();

  constructor(options: Options, output: NodeJS.WriteStream, terminal: Terminal) {
    this.options = options;
    this.output = output;
    this.terminal = terminal;
    this.paint = paintFor(terminal);
  }

  /** What is about to run. */
  opening(): void {
    const { train, test, hidden, seeds, seed } = this.options;
    const sizes = ["784", ...hidden, "10"].join("-");
    const seedNames = seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`;
    this.say(this.paint.strong("MNIST with and without dropout"));
    this.say(`${grouped(train)} digits to train on, ${grouped(test)} others to test on; ${sizes}, ${
      this.recipe().join(", ")}; ${seedNames}.`);
    const measured = measuredCount(this.options);
    if (measured < train) {
      this.say(`The training error is measured on the first ${grouped(measured)} of them.`);
    }
    for (const arm of ARMS) {
      const [name = "", ...lines] = networkFor(arm, this.options, seed).summary().split("\n");
      this.print(["", this.paint.arm(arm, name), ...lines]);
    }
    this.print([""]);
  }

  /** A sentence beside the matter. */
  note(sentence: string): void {
    this.say(sentence);
    this.print([""]);
  }

  private recipe(): readonly string[] {
    const { epochs, batchSize, lr, decay, momentum, maxNorm } = this.options;
    return [
      `SGD with learning rate ${lr}${decay === "linear" ? " falling to 0" : ""}`,
      ...(momentum > 0 ? [`momentum ${momentum}`] : []),
      ...(maxNorm !== "none" ? [`max-norm ${maxNorm}`] : []),
      `batches of ${batchSize}`, `${epochs} epochs`,
    ];
  }

  /** Before the networks of a seed are trained. */
  begin(seed: number): void {
    const { epochs, quiet } = this.options;
    this.shown.clear();
    this.written.clear();
    if (quiet || !this.terminal.live) return;
    this.live = new LiveLines(this.output, this.terminal);
    for (const arm of ARMS) this.shown.set(arm, { arm, seed, epochs, done: 0, ...NOTHING });
    this.redraw();
  }

  /** What trainAll calls: a function that knows its screen. */
  readonly progress = (run: RunProgress, isMeasured: boolean): void => {
    if (this.options.quiet) return;
    this.shown.set(run.arm, run);
    if (this.live !== undefined) return this.redraw();
    if (!isMeasured) return;
    const last = this.written.get(run.arm) ?? -Infinity;
    if (run.done < run.epochs && run.done < last + run.epochs / PLAIN_LINES) return;
    // The first epoch has a line of its own, but the later ones are counted from the start.
    this.written.set(run.arm, run.done === 1 ? 0 : run.done);
    this.print([progressSentence(run)]);
  };

  /** After the networks of a seed: their lines stay. */
  end(): void {
    this.live?.end();
    this.live = undefined;
  }

  /** What came out. */
  closing(runs: readonly Run[], summary: Summary): void {
    const { paint } = this;
    const { columns } = this.terminal;
    this.print(["", ...comparisonTable(summary, columns, paint), ""]);
    this.print([...textChart(curvesOf(runs, "testError"), columns, paint), ""]);
    this.always(wrap(summary.sentence, columns).map((line) => paint.strong(line)));
  }

  files(names: readonly string[], seconds: number): void {
    this.print([this.paint.faint(`It took ${seconds.toFixed(1)} s.`)]);
    this.always(names.map((name) => `Written: ${name}`));
  }

  private redraw(): void {
    const { seed, seeds, epochs } = this.options;
    const layout = new ProgressLayout(this.terminal.columns, seed + seeds - 1, epochs);
    const runs = ARMS.flatMap((arm) => this.shown.get(arm) ?? []);
    const heading = runs[0]?.seed === seed ? [layout.heading(this.paint)] : [];
    this.live?.draw([...heading, ...runs.map((run) => layout.line(run, this.paint))]);
  }

  /** A sentence, folded to the terminal's width. */
  private say(text: string): void {
    this.print(wrap(text, this.terminal.columns));
  }

  private print(lines: readonly string[]): void {
    if (!this.options.quiet) this.always(lines);
  }

  private always(lines: readonly string[]): void {
    for (const line of lines) this.output.write(`${line}\n`);
  }
}
