/**
 * Does dropout help: two networks that differ in nothing else learn to read handwritten digits.
 *
 * One is plain; the other drops a fifth of the pixels and half of the hidden units in training. Both begin
 * with the same weights and see the same digits in the same order. They are trained from several seeds, for
 * one run alone may be luck, and compared on digits neither has seen. Srivastava et al. 2014 asked the same.
 */
import { enableTurbo } from "chainrule/node";
import { terminalOf } from "../src/environment.node.ts";
import { compare } from "../src/report/comparison.ts";
import { htmlReport } from "../src/report/html.ts";
import { ARMS } from "../src/report/html/arms.ts";
import { datasetsOf, loadDigits } from "./mnist-dropout/digits.ts";
import { explain, explainInterruption, stopOnInterrupt } from "./mnist-dropout/ending.ts";
import { readOptions, settingsOf, type Options } from "./mnist-dropout/options.ts";
import { exhibitsOf, outputFiles, resultOf } from "./mnist-dropout/result.ts";
import { commandToResume, SavedRuns } from "./mnist-dropout/saved-runs.ts";
import { Screen } from "./mnist-dropout/screen.ts";
import { trainAll } from "./mnist-dropout/threads.ts";

async function main(options: Options): Promise<void> {
  const started = performance.now();
  const screen = new Screen(options, process.stdout, terminalOf(process.stdout));
  const saved = new SavedRuns(options);
  const [json, report] = await outputFiles(options);

  // The same digits for all seeds, which differ in how the weights begin, in the batches and in the masks.
  const { seed, seeds } = options, settings = settingsOf(options);
  const digits = await loadDigits(settings);
  screen.opening();
  const turbo = options.turbo ? enableTurbo() : undefined;
  if (turbo !== undefined) screen.note(turbo.reason);
  if (saved.kept !== undefined) {
    screen.note(`An interrupted run is kept in ${saved.kept}: --resume goes on with it once this one is done.`);
  }
  saved.begin();

  const outcomes = [];
  for (let one = seed; one < seed + seeds; one++) {
    screen.begin(one);
    const pair = ARMS.map((arm) => {
      return { arm, seed: one, settings, digits, turbo: turbo?.enabled ?? false, saved: saved.of(arm, one) };
    });
    try {
      outcomes.push(...await trainAll(pair, screen.progress));
    } catch (error) {
      screen.end();
      if (explainInterruption(error, commandToResume(options))) return;
      throw error;
    }
    screen.end();
  }

  const runs = outcomes.map(({ run }) => run);
  const summary = compare(runs, options.test);
  screen.closing(runs, summary);

  const seconds = (performance.now() - started) / 1000;
  const result = resultOf(outcomes, summary, options, digits.digest, seconds);
  await json.write(`${JSON.stringify(result, null, 2)}\n`);
  await report.write(htmlReport(result, exhibitsOf(outcomes, options, datasetsOf(digits).test)));
  screen.files([json.name, report.name], seconds);
  saved.remove();
}

stopOnInterrupt();
try {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) await main(options);
} catch (error) {
  explain(error);
}
