import { html, Markup, NOTHING } from "../charts/markup.ts";
import { plural, unbroken } from "../charts/numbers.ts";
import { DARK_RULES } from "../charts/svg.ts";
import { digitSection } from "./html/digits.ts";
import { errorSection, ownSection } from "./html/errors.ts";
import { areFairPairs, madeSection } from "./html/made.ts";
import { STYLE } from "./html/style.ts";
import { summarySection } from "./html/summary.ts";
import { weightSection } from "./html/weights.ts";
import type { Exhibits, ExperimentResult } from "./result.ts";

/** Forbids what the page does without anyway: scripts, and requests to anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The report of an experiment as one HTML document that needs nothing but itself. The same result makes the same text.
 *
 * @param exhibits pictures of the first seed; undefined where rows are no pictures.
 * @throws DataError if weights or rows are not pictures of the size that is said.
 */
export function htmlReport(result: ExperimentResult, exhibits: Exhibits | undefined): string {
  const { summary: { sentence, seeds, arms }, title, runs } = result, count = Object.keys(arms).length;
  const from = seeds === 1 ? "one seed" : `each of ${plural(seeds, "seed")}`;
  const fair = count < 2 ? "" : areFairPairs(runs)
    ? " Those of one seed began with the same weights and saw the same batches in the same order."
    : " Not all of a seed began with the same weights and saw the same batches: compare with care.";
  const sections = [
    ownSection(result), errorSection(result), summarySection(result),
    ...(exhibits === undefined ? [] : [weightSection(exhibits), digitSection(exhibits)]),
    runs.length === 0 ? NOTHING : madeSection(result),
  ];
  // An empty icon keeps browsers from asking a server for one.
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(STYLE)}@media screen and (prefers-color-scheme: dark) {${new Markup(DARK_RULES)}}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="answer">${unbroken(sentence)}</p>
<p>${plural(count, "network")} ${count === 1 ? "was" : "were"} trained from ${from}.${fair}</p>
${sections}</main>
</body>
</html>
`.text;
}
