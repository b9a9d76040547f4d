import { digitSection } from "./html/digits.ts";
import { errorSection } from "./html/errors.ts";
import { madeSection } from "./html/made.ts";
import { html, Markup } from "./html/markup.ts";
import { plural, unbroken } from "./html/numbers.ts";
import { areFairPairs } from "./html/pairs.ts";
import { STYLE } from "./html/style.ts";
import { summarySection } from "./html/summary.ts";
import { weightSection } from "./html/weights.ts";
import type { Exhibits, ExperimentResult } from "./result.ts";

const TITLE = "MNIST with and without dropout";

/** Forbids what the page does without anyway: scripts, and requests to anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The report of the main job as one HTML document that needs nothing but itself. The same result gives the
 * same text.
 *
 * @throws DataError where weights or digits are not pictures of 28 x 28.
 */
export function htmlReport(result: ExperimentResult, exhibits: Exhibits): string {
  const { sentence, seeds } = result.summary;
  const from = seeds === 1 ? "one seed" : `each of ${plural(seeds, "seed")}`;
  const pairs = areFairPairs(result.runs)
    ? "Both began with the same weights and saw the same batches in the same order."
    : "They did not all begin with the same weights and see the same batches: compare with care.";
  const sections = [
    errorSection(result), summarySection(result), weightSection(exhibits.weights),
    digitSection(exhibits.misread), madeSection(result),
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
<title>${TITLE}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${TITLE}</h1>
<p class="answer">${unbroken(sentence)}</p>
<p>Two networks, one with dropout and one without, were trained from ${from}. ${pairs}</p>
${sections}</main>
</body>
</html>
`.text;
}
