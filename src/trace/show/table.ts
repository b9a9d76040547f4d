import type { Recording, Step } from "../recording.ts";
import type { Verdict } from "../layer-verdicts.ts";
import { MOST_CHECKED, type TraceCheck } from "../trace-check.ts";
import { asIs, type Paint } from "../../charts/palette.ts";
import { wrap } from "../../report/wrap.ts";
import { blocksOf, inputBlock, lossLines, type Block } from "./block.ts";
import { DIGITS } from "../expressions/significant.ts";
import { brief } from "./numbers.ts";
import { outlineOf } from "./outline.ts";

/** How values are laid out: rows of the batch side by side, below one another, or under their label. */
interface Layout {
  readonly kind: "side" | "beside" | "under";
  /** Of a line. */
  readonly width: number;
  readonly label: number;
  readonly sizes: number;
  readonly cell: number;
  /** How many numbers of a row are shown, the others being cut from its middle. */
  readonly columns: number;
}

const MOST_ROWS = 8;
const GAP = "  ";

/** One forward and one backward pass as tables, in lines of at most so many characters; 60 are enough. */
export function traceTable(
  recording: Recording, check: TraceCheck | undefined, columns: number, paint: Paint = asIs,
  digits = DIGITS,
): string {
  const { steps, classes } = recording;
  const verdicts = check?.verdicts ?? new Map<string, Verdict>();
  const blocks = steps.map((step, i) => blocksOf(step, i + 1, recording, verdicts, digits));
  const input = inputBlock(recording, digits);
  const isUpdate = (_: unknown, i: number) => steps[i].phase === "update";
  const layout = layoutFor([input, ...blocks.filter((_, i) => !isUpdate(_, i)).flat()], columns);
  const updates = layoutFor(blocks.filter(isUpdate).flat(), columns);
  const draw = (some: readonly Block[], by = layout) => some.flatMap((block) => drawBlock(block, by, paint));
  const rows = recording.input.shape[0];
  const loss = (step: Step, number: number) => lossLines(step, number, classes).flatMap(([start, text]) => (
    wrap(text, columns - start.length)
      .map((line, i) => paint.strong((i === 0 ? start : " ".repeat(start.length)) + line))));
  const heading = (title: string, text: string) => `${paint.strong(title)}${GAP}${paint.faint(text)}`;
  const order = layout.kind === "side" ? "rows of the batch from left to right" : "one line per row of the batch";
  const notes = {
    FORWARD: rows === 1 ? "one row" : order, BACKWARD: "dz is the gradient of the loss with respect to z",
    UPDATE: "the parameters after this step",
  };
  return [
    ...headOf(recording, columns).map((line, i) => (i === 0 ? paint.strong(line) : line)), "",
    ...sectionsOf(steps).flatMap(({ title, step, from, to }) => [
      heading(step === undefined ? title : `STEP ${step}, ${title}`, notes[title]),
      ...title === "FORWARD" && (step ?? 1) === 1 ? draw([input]) : [],
      ...steps.slice(from, to).flatMap((one, i) => [
        ...draw(blocks[from + i], title === "UPDATE" ? updates : layout), ...loss(one, from + i + 1),
      ]), "",
    ]),
    ...checkLines(check, columns, paint),
  ].join("\n");
}

/** Steps that stand under one heading. */
interface Section {
  readonly title: "FORWARD" | "BACKWARD" | "UPDATE";
  /** Which step of training, if there are several. */
  readonly step: number | undefined;
  readonly from: number;
  readonly to: number;
}

function sectionsOf(steps: readonly Step[]): readonly Section[] {
  const titles = steps.map(({ phase }) => (
    phase === "backward" ? "BACKWARD" : phase === "update" ? "UPDATE" : "FORWARD"));
  const starts = [...titles.keys()].filter((i) => titles[i] !== titles[i - 1]);
  const forwards = starts.filter((i) => titles[i] === "FORWARD");
  return starts.map((from, k) => ({
    title: titles[from], from, to: starts[k + 1] ?? steps.length,
    step: forwards.length > 1 ? forwards.filter((i) => i <= from).length : undefined,
  }));
}

/** The network in one line, and what it ran as. */
function headOf({ network, steps, mode, dtype, input }: Recording, columns: number): readonly string[] {
  const rows = input.shape[0];
  // A layer's sizes are not torn apart at the end of a line.
  const outline = outlineOf(steps).replaceAll(/\([^()|]*\)/g, (sizes) => sizes.replaceAll(" ", "\u00a0"));
  const line = network + GAP + outline;
  return [
    ...wrap(line, columns).map((part, i) => (i === 0 ? part : GAP + part).replaceAll("\u00a0", " ")),
    `mode ${mode.toUpperCase()}${GAP}${dtype}${GAP}${rows} ${rows === 1 ? "row" : "rows"}`,
  ];
}

function checkLines(check: TraceCheck | undefined, columns: number, paint: Paint): readonly string[] {
  if (check === undefined) {
    const said = `GRADIENT CHECK  left out: more than ${MOST_CHECKED} numbers would take too long`;
    return wrap(said, columns);
  }
  const { passed, worst, verdicts, wrong } = check;
  const how = "central differences, h = 1e-5, float64, masks replayed";
  const result = `${passed ? "passed" : "FAILED"}: ${verdicts.size} gradients, largest error ${brief(worst)}`;
  const whose = wrong.length === 0 ? "" : `; wrong: ${wrong.join(", ")}`;
  const lines = wrap(`${how}; ${result}${whose}`, columns - 2).map((line) => GAP + line);
  return [paint.strong("GRADIENT CHECK"), ...lines];
}

/** The widest layout in which every line fits. */
function layoutFor(blocks: readonly Block[], columns: number): Layout {
  const longest = (lengths: readonly number[]) => Math.max(0, ...lengths);
  const label = longest(blocks.flatMap((block) => block.label.map((line) => line.length)));
  const sizes = longest(blocks.map((block) => block.sizes.length));
  const cell = longest(blocks.flatMap(({ rows }) => rows.flat().map((text) => text.length))) + 1;
  const rowWidth = ({ rows: [row], notes: [note = ""] }: Block) => (
    row.length * cell + (note === "" ? 0 : GAP.length + note.length));
  const left = label + GAP.length + sizes + 1;
  const beside = left + longest(blocks.map(rowWidth));
  const side = left + longest(blocks.map((block) => (
    (rowWidth(block) + GAP.length) * (block.isBatch ? block.rows.length : 1) - GAP.length)));
  const fitting = Math.max(3, Math.floor((columns - 5) / cell));
  const kind = side <= columns ? "side" : beside <= columns ? "beside" : "under";
  return { kind, width: columns, label, sizes, cell, columns: fitting };
}

function drawBlock(block: Block, layout: Layout, paint: Paint): readonly string[] {
  const { kind, label, sizes } = layout;
  const rows = cut(block.rows.map((row, i) => drawRow(row, block.notes[i], layout, paint)));
  const size = paint.faint(block.sizes.padStart(sizes));
  const [title, ...more] = block.label;
  if (kind === "under") {
    const said = more.flatMap((line) => wrap(line.trim(), layout.width - 3).map((part) => `   ${part}`));
    return [title + GAP + paint.faint(block.sizes), ...said, ...rows.map((row) => `     ${row}`.trimEnd())];
  }
  const right = kind === "side" && block.isBatch ? [rows.join(GAP)] : rows;
  return Array.from({ length: Math.max(right.length, block.label.length) }, (_, i) => {
    const start = `${(block.label[i] ?? "").padEnd(label)}${GAP}${i === 0 ? size : " ".repeat(sizes)} `;
    return `${start}${right[i] ?? ""}`.trimEnd();
  });
}

function drawRow(row: readonly string[], note: string | undefined, layout: Layout, paint: Paint): string {
  const cells = cutMiddle(row, layout.columns).map((text) => {
    const padded = text.padStart(layout.cell);
    if (text === "DROP") return paint.series(1, padded);
    return text.trim() === "." ? paint.faint(padded) : padded;
  });
  return cells.join("") + (note === undefined ? "" : GAP + note);
}

function cutMiddle(row: readonly string[], most: number): readonly string[] {
  if (row.length <= most) return row;
  const end = Math.floor((most - 1) / 2);
  return [...row.slice(0, most - 1 - end), "…", ...row.slice(row.length - end)];
}

function cut(rows: readonly string[]): readonly string[] {
  if (rows.length <= MOST_ROWS) return rows;
  return [...rows.slice(0, MOST_ROWS - 1), `… ${rows.length - MOST_ROWS + 1} more rows`];
}
