import { plural } from "../charts/numbers.ts";
import { html, type Markup } from "../charts/markup.ts";
import { label, role, seriesFill, seriesStroke, tenth } from "../charts/svg.ts";
import { checkNetwork } from "../network/given.ts";
import type { Network } from "../network/network.ts";
import { checkInteger, checkNumber, checkOptions } from "../tensor/checks.ts";
import { shownName } from "../tensor/errors.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { MARGIN, picture } from "./drawing.ts";
import { forwardSteps } from "./forward-steps.ts";
import { textWidth, wrapped } from "./text.ts";
import { unitRowsOf, type UnitRow } from "./unit-rows.ts";

/** How a thinned network is drawn. */
export interface ThinnedNetworkOptions {
  /** Which row of x: each has a mask of its own. Default 0. */
  readonly row?: number;
  /** How many units of a layer are drawn; default 20. */
  readonly units?: number;
  /** Default 720. */
  readonly width?: number;
}

const BETWEEN = 86, LINE = 19, WIDEST_PITCH = 46;

/** A row of units where it is drawn. */
interface Drawn {
  readonly row: UnitRow;
  readonly lines: readonly string[];
  /** The middle of its circles. */
  readonly y: number;
  readonly xs: readonly number[];
}

/**
 * The units of a network as circles, those that dropout drops in this pass crossed out and without connections: the
 * thinned network of Srivastava et al. 2014, figure 1. The input is at the bottom. The units of a convolution are its
 * channels. The network runs in the mode it is in, with the masks it would draw next, and nothing in it changes.
 * @throws OptionError for unknown options, and a row that x does not have; all errors of the network.
 * @example
 * thinnedNetwork(new Sequential([new Affine(2, 8), new Dropout({ keep: 0.8 }), new Affine(8, 2)]), [[1, 2]]);
 */
export function thinnedNetwork(network: Network, x: Tensor | Nested, options: ThinnedNetworkOptions = {}): string {
  const where = "thinnedNetwork";
  checkOptions(where, options, ["row", "units", "width"]);
  const width = checkNumber(`${where} width`, options.width ?? 720, { min: 200, max: 10_000 });
  const most = checkInteger(`${where} units`, options.units ?? 20, { min: 1, max: 200 });
  const rowsOfX = checkNetwork(where, network).asInput(x).shape[0];
  const batchRow = checkInteger(`${where} row`, options.row ?? 0, { min: 0, max: rowsOfX - 1 });
  const room = width - 2 * MARGIN, rows = unitRowsOf(forwardSteps(network, x), batchRow);

  let y = 0;
  // From the top: the output first.
  const drawn = [...rows].reverse().map((row): Drawn => {
    const shown = Math.min(row.count, most), pitch = Math.min(WIDEST_PITCH, room / (shown + 1));
    const xs = Array.from({ length: shown }, (_, i) => room / 2 + pitch * (i - (shown - 1) / 2));
    const lines = [...wrapped(row.labels, room), countsOf(row, shown)], at = y + radiusOf(pitch);
    y = at + radiusOf(pitch) + 6 + LINE * lines.length + BETWEEN;
    return { row, lines, y: at, xs };
  }).reverse();
  const dropped = rows.reduce((sum, row) => sum + droppedIn(row), 0);
  const all = rows.reduce((sum, row) => sum + row.count, 0);
  const said = network.mode === "eval" ? "nothing is dropped" : `${dropped} of ${plural(all, "unit")} dropped`;
  return picture({
    title: shownName(network.name), subtitle: `mode ${network.mode}, row ${batchRow}: ${said}`,
    description: rows.map((row) => `${row.labels.join(", ")}: ${countsOf(row, row.count)}.`).join(" "),
  }, { width: room, height: y - BETWEEN, isFixed: true }, html`${
    drawn.map((one) => connections(one, drawn))}${drawn.map(unitsIn)}`);
}

function droppedIn({ isDropped }: UnitRow): number {
  return isDropped.filter((is) => is).length;
}

function countsOf(row: UnitRow, shown: number): string {
  const dropped = droppedIn(row), rest = row.count - shown;
  const hidden = rest === 0 ? "" : `, ${rest} more not shown`;
  return `${plural(row.count, "unit")}${dropped === 0 ? "" : `, ${dropped} dropped`}${hidden}`;
}

function radiusOf(pitch: number): number {
  return Math.min(14, pitch * 0.38);
}

function pitchOf({ xs }: Drawn): number {
  return xs.length > 1 ? xs[1] - xs[0] : WIDEST_PITCH;
}

function connections(one: Drawn, drawn: readonly Drawn[]): Markup {
  const index = drawn.indexOf(one);
  return html`${one.row.links.map(({ from, connects }) => {
    const below = drawn[from], low = radiusOf(pitchOf(one)), high = radiusOf(pitchOf(below));
    if (from < index - 1) {
      // Past the rows between: along the left side.
      const a = below.xs[0] - high, b = one.xs[0] - low;
      const x = Math.min(...drawn.slice(from, index + 1).map(({ xs }) => xs[0])) - 26;
      return html`<path fill="none" ${role("axis")} stroke-width="2" d="M${tenth(a)} ${tenth(below.y)}C${tenth(x)} ${
        tenth(below.y)} ${tenth(x)} ${tenth(one.y)} ${tenth(b)} ${tenth(one.y)}"/>\n`;
    }
    const d = below.xs.flatMap((x, unit) => one.xs.flatMap((to, i) => {
      const isCut = below.row.isDropped[unit] || one.row.isDropped[i] || !connects(unit, i);
      return isCut ? [] : [`M${tenth(x)} ${tenth(below.y - high)}L${tenth(to)} ${tenth(one.y + low)}`];
    }));
    return html`<path fill="none" ${role("axis")} stroke-opacity="0.45" d="${d.join("")}"/>\n`;
  })}`;
}

function unitsIn(one: Drawn): Markup {
  const { row, lines, y, xs } = one, r = radiusOf(pitchOf(one)), middle = (xs[0] + xs[xs.length - 1]) / 2;
  const circles = xs.map((x, unit) => {
    const at = html`cx="${tenth(x)}" cy="${tenth(y)}" r="${tenth(r)}"`;
    if (!row.isDropped[unit]) return html`<circle ${seriesFill(1)} ${at}/>\n`;
    const c = tenth(r * 0.9), [left, top] = [tenth(x - c), tenth(y - c)];
    return html`<circle ${role("paper")} ${at}/><circle fill="none" ${role("axis")} stroke-dasharray="3 2" ${at}/>
<path fill="none" ${seriesStroke(4)} stroke-width="2.5" d="M${left} ${top}l${2 * c} ${2 * c}M${
  left} ${tenth(y + c)}l${2 * c} ${-2 * c}"/>\n`;
  });
  const more = row.count > xs.length ? label(xs[xs.length - 1] + r + 4, y, "…", "start", "ink") : "";
  const texts = lines.map((text, i) => {
    const at = y + r + 6 + LINE * (i + 0.5), wide = textWidth(text, 14, i < lines.length - 1) + 8;
    return html`<rect ${role("paper")} x="${tenth(middle - wide / 2)}" y="${tenth(at - LINE / 2)}" width="${
      tenth(wide)}" height="${LINE}"/>
${label(middle, at, text, "middle", i < lines.length - 1 ? "ink" : "soft")}`;
  });
  return html`${circles}${more}${texts}`;
}
