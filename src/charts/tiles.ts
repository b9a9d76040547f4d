import { checkChoice, checkInteger, checkOptions } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";
import { chartOf, checkList, checkTitle, checkValues, type Chart } from "./chart.ts";
import { foldWords } from "./fold.ts";
import { html, type Content } from "./markup.ts";
import { pngAddress } from "./png.ts";
import { GREYS, sheetOf } from "./sheet.ts";
import { label, role, svgDocument, tenth } from "./svg.ts";
import { largest, smallest } from "../math/extremes.ts";

/** One picture with its label. */
export interface Tile {
  /** Row by row: width x height numbers. */
  readonly values: ArrayLike<number>;
  /** Below the tile. */
  readonly label?: string;
}

/** Options of `tiles`. */
export interface TilesOptions {
  readonly title: string;
  readonly tiles: readonly Tile[];
  /** Of each tile, in values. */
  readonly width: number;
  readonly height: number;
  /** How many stand beside each other; default 8. */
  readonly columns?: number;
  /** What is drawn black, and what white; default the least and the largest of all values. */
  readonly from?: number;
  readonly to?: number;
  /** All in one image, a fraction of the bytes, if there are no labels; default an image each. */
  readonly joined?: boolean;
}

const SHADES = " .:-=+*#%@";

/**
 * Small pictures side by side, all on one scale of grey from black to white.
 * @throws OptionError for unknown options, or a tile that has not width x height values.
 * @example
 * tiles({ title: "Filters", tiles: [{ values: [0, 1, 1, 0] }], width: 2, height: 2 }).svg();
 */
export function tiles(options: TilesOptions): Chart {
  const where = "tiles";
  checkOptions(where, options, ["title", "tiles", "width", "height", "columns", "from", "to", "joined"]);
  const title = checkTitle(where, options.title), columns = checkInteger(`${where} columns`, options.columns ?? 8,
    { min: 1 });
  const width = checkInteger(`${where} width`, options.width, { min: 1 });
  const height = checkInteger(`${where} height`, options.height, { min: 1 });
  const list = checkList(`${where} tiles`, options.tiles, "tiles").map((tile, i) => {
    const values = checkValues(`${where} tile ${i}`, tile.values), { length } = values;
    if (length === width * height) return { ...tile, values };
    const allowed = `${width} x ${height} = ${width * height}`;
    throw new OptionError({ where: `${where} tile ${i}`, given: `${length} values`, allowed });
  });
  const from = options.from ?? smallest(list.map(({ values }) => smallest(values)));
  const to = options.to ?? largest(list.map(({ values }) => largest(values)));
  const share = (value: number) => (to > from ? Math.max(0, Math.min(1, (value - from) / (to - from))) : 0.5);
  const across = Math.min(columns, list.length), hasLabels = list.some((tile) => tile.label !== undefined);
  const isJoined = checkChoice(`${where} joined`, options.joined ?? false, [true, false]);
  // Level 0 is see-through.
  const level = (value: number) => 1 + Math.round(254 * share(value));
  const svg = (full: number) => {
    const document = (total: number, pictures: Content) => svgDocument(full, total, title,
      `${list.length} pictures, black ${from}, white ${to}.`, html`<text ${
        role("ink")} x="0" y="16" font-weight="600">${title}</text>
${pictures}`);
    if (isJoined && !hasLabels) {
      const sheet = sheetOf(list.map(({ values }) => Uint8Array.from(values, level)), width, height, across);
      const tall = tenth((full * sheet.height) / sheet.width);
      return document(tall + 36, html`<image x="0" y="30" width="${full}" height="${tall}" href="${
        pngAddress(sheet)}" style="image-rendering:pixelated"/>\n`);
    }
    const side = (full + 6) / across - 6, tall = (side * height) / width, pitch = tall + (hasLabels ? 24 : 6);
    const pictures = list.map(({ values, label: name }, i) => {
      const x = tenth((i % across) * (side + 6)), y = tenth(30 + Math.floor(i / across) * pitch);
      const pixels = Uint8Array.from(values, level);
      return html`<image x="${x}" y="${y}" width="${tenth(side)}" height="${tenth(tall)}" href="${
        pngAddress({ width, height, pixels, palette: GREYS })}" style="image-rendering:pixelated"/>
${name === undefined ? "" : label(x + side / 2, y + tall + 10, name, "middle")}`;
    });
    return document(tenth(30 + Math.ceil(list.length / across) * pitch), pictures);
  };
  return chartOf(title, svg, (room, paint) => {
    // A character is twice as high as wide: two rows of values make one.
    const perLine = Math.max(1, Math.min(columns, Math.floor((room + 2) / (width + 2)))),
      every = Math.ceil(width / room);
    const drawn = list.map(({ values, label: name = "" }) => {
      const rows: string[] = [];
      for (let y = 0; y + 1 < height + 1; y += 2 * every) {
        let row = "";
        for (let x = 0; x < width; x += every) {
          const below = y + 1 < height ? values[(y + 1) * width + x] : values[y * width + x];
          row += SHADES[Math.round(((share(values[y * width + x]) + share(below)) / 2) * 9)];
        }
        rows.push(row);
      }
      return hasLabels ? [...rows, name.slice(0, rows[0].length).padEnd(rows[0].length)] : rows;
    });
    const lines: string[] = [];
    for (let start = 0; start < drawn.length; start += perLine) {
      const group = drawn.slice(start, start + perLine);
      group[0].forEach((_, i) => lines.push(group.map((rows) => rows[i]).join("  ")));
      lines.push("");
    }
    return [...foldWords([title], room, paint), ...lines];
  });
}
