/**
 * The page's style sheet. Text is always in the text's colours (at least 4.5:1 on the paper): those of the
 * networks, of which the orange does not reach that on white, are for lines and marks only.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1c1e21; --soft: #5b6068; --rule: #d9dbdf; --tint: #f4f5f6;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --ink: #e4e5e7; --soft: #a3a8b0; --rule: #363a40; --tint: #202327;
  }
  .ink { filter: invert(1); }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 47rem; margin: 0 auto; padding: 3.5rem 1rem 5rem; }
p, figcaption, caption, h1, h2, h3 { max-width: 54ch; }
p { margin: 0 0 1rem; }
p, figcaption, caption { text-wrap: pretty; }
h1 { margin: 0 0 1rem; font-size: 1.0625rem; font-weight: 600; color: var(--soft); }
h2 { margin: 0 0 1.25rem; font-size: 1.375rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; }
h3 { margin: 2rem 0 .75rem; font-size: 1rem; font-weight: 600; }
section { margin-top: 4rem; }
.answer {
  margin-bottom: 1.75rem; font-size: 1.75rem; line-height: 1.3; letter-spacing: -.015em; text-wrap: balance;
}
figure { margin: 0 0 2.5rem; break-inside: avoid; }
figcaption, caption, .note, .scale, .words, .digits { font-size: .875rem; line-height: 1.45; }
figcaption, caption, .note { max-width: 55ch; }
figcaption, caption, .note { color: var(--soft); }
b { font-weight: 650; }

.chart { margin-bottom: .5rem; }
.chart svg { display: block; width: 100%; height: auto; font-variant-numeric: tabular-nums; }
.chart.narrow { display: none; }
.arm { white-space: nowrap; }
.key, .sign { width: 2em; height: .75em; margin-right: .4em; vertical-align: -.03em; }
.sign { width: .75em; }

table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { padding: .4rem 0 .4rem 1.25rem; text-align: right; border-top: 1px solid var(--rule); }
th { font-weight: 400; }
thead th { font-weight: 600; }
thead th, thead td { border-top: 0; }
tr > :first-child { padding-left: 0; }
tr > th:first-child { text-align: left; }
.summary { width: 100%; margin-bottom: 1.5rem; }
.summary tbody:last-child tr:first-child > * { border-top-color: var(--soft); }
.scroll { overflow-x: auto; }
figcaption + .scroll { margin-top: 1.25rem; }
.numbers { width: 100%; max-width: 32rem; }
table .arm { white-space: normal; }
.numbers th, .numbers td { padding-top: .2rem; padding-bottom: .2rem; }
.words { width: 100%; }
.words th, .words td { text-align: left; vertical-align: baseline; overflow-wrap: anywhere; }
.words thead th { overflow-wrap: normal; }

.pixels { display: block; max-width: 100%; height: auto; image-rendering: pixelated; }
.weights { margin-bottom: 1.75rem; }
.weights figcaption { margin-bottom: .6rem; color: var(--ink); }
.scale { display: flex; align-items: center; gap: .6rem; margin-bottom: .35rem; }
.scale span { font-variant-numeric: tabular-nums; }
.ramp {
  width: 10rem; height: .75rem; background: linear-gradient(to right, #000, #808080, #fff);
  border: 1px solid var(--rule); print-color-adjust: exact; -webkit-print-color-adjust: exact;
}
.digits {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(6.25rem, 1fr)); gap: 1.5rem .75rem;
  margin: 0; padding: 0; list-style: none;
}
.digits li { break-inside: avoid; }
.digits span { display: block; }
.digits .arm { display: inline; }
.digits .label { margin-top: .35rem; }
.digits .right { color: var(--soft); }
.digits .right b { font-weight: 400; }

code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0 0 1rem; padding: .8rem 1rem; background: var(--tint); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { font-size: 1em; }
dl { margin: 0; font-size: .9375rem; }
dl div { display: grid; grid-template-columns: minmax(6.5rem, 2fr) minmax(0, 5fr); gap: 1rem; }
dl div { padding: .2rem 0; }
dt { color: var(--soft); overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }

@media (max-width: 35rem) {
  main { padding-top: 2rem; }
  section { margin-top: 3rem; }
  .answer { font-size: 1.375rem; }
  .chart.wide { display: none; }
  .chart.narrow { display: block; }
  th, td { padding-left: .5rem; }
  .summary, .numbers { font-size: .875rem; }
  thead .key { display: block; margin: 0 0 .2rem auto; }
}

@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  .summary, .numbers { font-size: 9.5pt; }
  figure { break-inside: auto; }
  .chart, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`;
