import type { ExperimentResult, Run } from "../result.ts";
import { armName } from "./arms.ts";
import { html, type Content, type Markup } from "./markup.ts";
import { fixed, grouped } from "./numbers.ts";
import { areFairPairs } from "./pairs.ts";

type Option = ExperimentResult["options"][string];

function show(option: Option): string {
  if (option === null) return "none";
  if (typeof option === "boolean") return option ? "yes" : "no";
  return typeof option === "object" ? option.join(", ") : String(option);
}

function list(entries: readonly (readonly [string, Content])[]): Markup {
  return html`<dl>
${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>\n`;
}

/** What makes the two networks of a seed a pair: the same two digests. */
function runTable(runs: readonly Run[]): Markup {
  const code = (digest: string) => html`<td><code>${digest}</code></td>`;
  const rows = runs.map((run) => html`<tr><th scope="row">${run.seed}</th><td>${armName(run.arm)}</td>${
    code(run.initialWeightsDigest)}${code(run.batchOrderDigest)}</tr>\n`);
  const caption = areFairPairs(runs)
    ? "Both networks of a seed began with the same weights and saw the same batches"
    : "Not all pairs of networks began with the same weights and saw the same batches";
  const head = ["seed", "network", "initial weights", "batch order"];
  return html`<details><summary>Digests of each run</summary>
<table class="words"><caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></details>\n`;
}

/** Everything needed to get the same numbers again. */
export function madeSection({ options, versions, data, command, runs, timing }: ExperimentResult): Markup {
  const { plain, dropout } = timing.samplesPerSecond;
  return html`<section aria-labelledby="made"><h2 id="made">How it was made</h2>
<p>This command repeats it, to the last bit:</p>
<pre><code>${command}</code></pre>
<h3>Options</h3>
${list(Object.entries(options).map(([name, value]) => [name, show(value)]))}<h3>Versions and data</h3>
${list([...Object.entries(versions), ["data digest", html`<code>${data.digest}</code>`]])}<h3>Time taken</h3>
${list([
    ["in all", `${fixed(timing.seconds, 1)} s`],
    ["plain", `${grouped(plain)} samples a second`],
    ["dropout", `${grouped(dropout)} samples a second`],
  ])}${runTable(runs)}</section>\n`;
}
