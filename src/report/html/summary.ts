import { html, NOTHING, type Content, type Markup } from "../../charts/markup.ts";
import { fixed, meanAndSd, plural, signed } from "../../charts/numbers.ts";
import { lookIndex, MOST_COLUMNS } from "../figures.ts";
import type { Arm, Comparison, ExperimentResult, Run } from "../result.ts";
import { seedsBehind } from "../shortfall.ts";
import { armKey } from "./arms.ts";

function interval({ interval: ends }: Comparison, decimals: number): string {
  return ends === null ? "–" : `${signed(ends[0], decimals)} to ${signed(ends[1], decimals)}`;
}

function summaryTable(result: ExperimentResult): Markup {
  const { summary, measure: { sign, decimals } } = result;
  const { seeds, arms, comparisons } = summary;
  const spread = seeds > 1 ? `, mean ± one standard deviation over ${plural(seeds, "seed")}` : ", one seed";
  const unit = sign === "" ? "After" : sign === " %" ? "In percent, after" : `In${sign}, after`;
  const rows = Object.entries(arms).map(([arm, { testError, trainError }]) => html`<tr><th scope="row">${
    armKey(`${arm}${seedsBehind(summary, arm)}`, lookIndex(result, arm))}</th><td>${
    meanAndSd(testError, fixed, decimals)}</td><td>${
    meanAndSd(trainError, fixed, decimals)}</td></tr>\n`);
  for (const arm of summary.failedArms) {
    rows.push(html`<tr><th scope="row">${arm}</th><td>failed</td><td>failed</td></tr>\n`);
  }
  return html`<div class="scroll" tabindex="0"><table class="summary"><caption>${unit} the last epoch${spread}</caption>
<thead><tr><td></td><th scope="col">test error</th><th scope="col">training error</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
${comparisons.length === 0 ? NOTHING : comparisonTable(result)}`;
}

function comparisonTable(result: ExperimentResult): Markup {
  const { summary: { comparisons, baseline }, measure: { decimals } } = result;
  const key = (arm: Arm) => armKey(arm, lookIndex(result, arm));
  const rows = comparisons.map((one) => html`<tr><th scope="row">${key(one.arm)}</th><td>${
    one.seeds === 0 ? "none" : meanAndSd(one.difference, signed, decimals)}</td><td>${
    interval(one, decimals)}</td><td>${
    `${one.improved} of ${one.seeds}`}</td></tr>\n`);
  return html`<div class="scroll" tabindex="0"><table class="summary"><caption>Test error minus that of ${
    baseline}, paired by seed</caption>
<thead><tr><td></td><th scope="col">difference</th><th scope="col">95 % interval of its mean</th><th scope="col">${
    "lower on"}</th></tr></thead>
<tbody>
${rows}</tbody></table></div>\n`;
}

function lastTestError(run: Run | undefined): number | null {
  return run?.epochs.at(-1)?.testError ?? null;
}

/** Every seed on its own: with few seeds, the numbers behind a mean say more than its deviation. */
function seedTable(result: ExperimentResult): Markup {
  const { runs, summary: { arms }, measure: { decimals } } = result;
  const seeds = [...new Set(runs.map((run) => run.seed))], names = Object.keys(arms);
  if (seeds.length < 2 || names.length > MOST_COLUMNS) return NOTHING;
  const isPair = names.length === 2;
  const rows = seeds.map((seed) => {
    const errors = names.map((arm) => lastTestError(runs.find((run) => run.arm === arm && run.seed === seed)));
    const [first, second] = errors;
    const difference = first === null || second === null ? "–" : signed(second - first, decimals);
    const cells: Content = errors.map((error) =>
      html`<td>${error === null ? "failed" : fixed(error, decimals)}</td>`);
    return html`<tr><th scope="row">${seed}</th>${cells}${isPair ? html`<td>${difference}</td>` : NOTHING}</tr>\n`;
  });
  return html`<div class="scroll" tabindex="0"><table class="numbers">
<caption>Test error after the last epoch, seed by seed</caption>
<thead><tr><th scope="col">seed</th>${
    names.map((arm) => html`<th scope="col">${armKey(arm, lookIndex(result, arm))}</th>`)}${
    isPair ? html`<th scope="col">difference</th>` : NOTHING}</tr></thead>
<tbody>
${rows}</tbody></table></div>\n`;
}

function failures({ failed }: ExperimentResult): Markup {
  if (failed.length === 0) return NOTHING;
  return html`<h3>Trainings that came to no result</h3>
<ul>
${failed.map(({ arm, seed, failure }) => html`<li>${arm}, seed ${seed}: ${failure}</li>\n`)}</ul>\n`;
}

/** Where all networks stood at the end. */
export function summarySection(result: ExperimentResult): Markup {
  return html`<section aria-labelledby="summary"><h2 id="summary">At the end</h2>
${summaryTable(result)}<p class="note">${result.spread}</p>
${seedTable(result)}${failures(result)}</section>\n`;
}
