import { html, type Content, type Markup } from "../../charts/markup.ts";
import { lookIndex } from "../figures.ts";
import type { ExperimentResult, Run } from "../result.ts";
import { armName } from "./arms.ts";

function list(entries: readonly (readonly [string, Content])[]): Markup {
  return html`<dl>
${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>\n`;
}

/**
 * Whether all runs of a seed began with the same weights and saw the same batches, by their digests. Only then are the
 * options all that the networks differ in, and the page may say so.
 */
export function areFairPairs(runs: readonly Run[]): boolean {
  return runs.every((run) => {
    const first = runs.find((other) => other.seed === run.seed);
    return run.initialWeightsDigest === first?.initialWeightsDigest
      && run.batchOrderDigest === first.batchOrderDigest;
  });
}

/** Digits of a digest, which is enough to compare by eye. */
const SHOWN = 16;

/** What makes the networks of a seed comparable: the same two digests. */
function runTable(result: ExperimentResult): Markup {
  const { runs } = result;
  const code = (digest: string) => html`<td><code>${digest.slice(0, SHOWN)}</code></td>`;
  const rows = runs.map((run) =>
    html`<tr><th scope="row">${run.seed}</th><td>${armName(run.arm, lookIndex(result, run.arm))}</td>${
    code(run.initialWeightsDigest)}${code(run.batchOrderDigest)}${code(run.finalWeightsDigest)}</tr>\n`);
  const caption = areFairPairs(runs)
    ? "All networks of a seed began with the same weights and saw the same batches."
    : "Not all networks of a seed began with the same weights and saw the same batches.";
  const head = ["seed", "network", "initial weights", "batch order", "final weights"];
  return html`<h3>Digests of each run</h3>
<div class="scroll" tabindex="0"><table class="words">
<caption>${`${caption} The first ${SHOWN} digits of each digest; the JSON has all.`}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>\n`;
}

/** Everything needed to get the same numbers again. */
export function madeSection(result: ExperimentResult): Markup {
  const { options, recipe, versions, data, command, timing } = result;
  return html`<section aria-labelledby="made"><h2 id="made">How it was made</h2>
${recipe.map((paragraph) => html`<p>${paragraph}</p>\n`)}<p>This command repeats it, to the last bit:</p>
<pre><code>${command}</code></pre>
<h3>Options</h3>
${list(Object.entries(options))}<h3>Versions and data</h3>
${list([...Object.entries(versions), ["data digest", html`<code>${data.digest}</code>`]])}<h3>Time taken</h3>
${list(Object.entries(timing))}${runTable(result)}</section>\n`;
}
