import type { ExperimentResult, Run, Summary } from "../result.ts";
import { armKey, ARMS } from "./arms.ts";
import { html, NOTHING, type Content, type Markup } from "./markup.ts";
import { fixed, meanAndSd, plural, signed } from "./numbers.ts";

function names(): Content {
  return ARMS.map((arm) => html`<th scope="col">${armKey(arm)}</th>`);
}

function summaryTable(summary: Summary): Markup {
  const { seeds, improved, difference } = summary;
  const spread = seeds > 1 ? `, mean ± one standard deviation over ${plural(seeds, "seed")}` : ", one seed";
  const row = (name: Content, test: string, training = "") => html`<tr><th scope="row">${name}</th><td>${
    test}</td><td>${training}</td></tr>\n`;
  const arms = ARMS.map((arm) => {
    const { testError, trainError } = summary[arm];
    return row(armKey(arm), meanAndSd(testError), meanAndSd(trainError));
  });
  return html`<table class="summary"><caption>In percent, after the last epoch${spread}</caption>
<thead><tr><td></td><th scope="col">test error</th><th scope="col">training error</th></tr></thead>
<tbody>
${arms}</tbody>
<tbody>
${row("dropout minus plain, by seed", meanAndSd(difference, signed))}${
    row("lower with dropout", `on ${improved} of ${plural(seeds, "seed")}`)}</tbody></table>\n`;
}

function lastTestError(run: Run | undefined): number | null {
  return run?.epochs.at(-1)?.testError ?? null;
}

/** Every pair by itself: with few seeds, the numbers behind a mean say more than its deviation. */
function seedTable(runs: readonly Run[]): Markup {
  const seeds = [...new Set(runs.map((run) => run.seed))];
  if (seeds.length < 2) return NOTHING;
  const rows = seeds.map((seed) => {
    const pair = ARMS.map((arm) => lastTestError(runs.find((run) => run.arm === arm && run.seed === seed)));
    const [plain, dropout] = pair;
    const difference = plain === null || dropout === null ? "not measured" : signed(dropout - plain);
    const cells = pair.map((error) => html`<td>${error === null ? "not measured" : fixed(error)}</td>`);
    return html`<tr><th scope="row">${seed}</th>${cells}<td>${difference}</td></tr>\n`;
  });
  return html`<details><summary>Seed by seed</summary>
<table class="numbers"><caption>Test error in percent after the last epoch, for each seed</caption>
<thead><tr><th scope="col">seed</th>${names()}<th scope="col">difference</th></tr></thead>
<tbody>
${rows}</tbody></table></details>\n`;
}

/** Where both networks stood at the end. */
export function summarySection(result: ExperimentResult): Markup {
  return html`<section aria-labelledby="summary"><h2 id="summary">At the end</h2>
${summaryTable(result.summary)}${seedTable(result.runs)}</section>\n`;
}
