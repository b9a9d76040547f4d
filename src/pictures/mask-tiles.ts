import { tiles, type Tile } from "../charts/tiles.ts";
import { checkNetwork } from "../network/given.ts";
import type { Network } from "../network/network.ts";
import { checkOptions } from "../tensor/checks.ts";
import { OptionError, shownName } from "../tensor/errors.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import type { Value } from "../trace/recording.ts";
import { forwardSteps } from "./forward-steps.ts";
import { checkWidth, panels, type Panel } from "./panels.ts";
import { pictureFor } from "./picture-size.ts";

/** How masks are drawn. */
export interface MaskTilesOptions {
  /** Default 720. */
  readonly width?: number;
}

/** Of the batch. */
const MOST_ROWS = 16;
/** Pictures have at least this many pixels a side; fewer units are shown as a row. */
const LEAST_SIDE = 8;

/**
 * The masks of one forward pass as grey tiles, as SVG text: what is dropped is black. A mask of units has a line for
 * each row of the batch, a mask of a picture's pixels a tile for each row, a mask of maps a tile for each channel of
 * the first row. The network runs in the mode it is in, with the masks it would draw next, and nothing in it changes.
 * @throws OptionError for unknown options, and if the pass has no mask, as in eval mode; all errors of the network.
 * @example
 * maskTiles(new Sequential([new Dropout({ keep: 0.8 }), new Affine(784, 10)]), digits);
 */
export function maskTiles(network: Network, x: Tensor | Nested, options: MaskTilesOptions = {}): string {
  const where = "maskTiles";
  checkOptions(where, options, ["width"]);
  const width = checkWidth(where, options.width), steps = forwardSteps(checkNetwork(where, network), x);
  const masks = steps.flatMap(({ mask, layer }) => (mask === undefined ? [] : [{ mask, layer }]));
  if (masks.length === 0) {
    const given = `a pass without masks, in mode ${network.mode}`, advice = "network.train() drops units again.";
    throw new OptionError({ where, given, allowed: "layers of dropout that drop", advice });
  }
  const dropped = masks.map(({ mask: { values }, layer }) => {
    const zeros = values.filter((value) => value === 0).length;
    return `${layer}: ${zeros} of ${values.length} dropped`;
  });
  const words = { title: shownName(network.name), subtitle: "what is dropped in one pass is black" };
  const charts = masks.map(({ mask }, i) => panelOf(mask, dropped[i]));
  return panels({ ...words, description: `${dropped.join(". ")}.` }, charts, width, 1);
}

function panelOf(mask: Value, title: string): Panel {
  const { shape, values } = mask, [rows] = shape, size = values.length / rows;
  const square = shape.length === 4 ? undefined : pictureFor("maskTiles", size, undefined);
  const isPicture = square !== undefined && square[0] >= LEAST_SIDE;
  const shown = Math.min(rows, MOST_ROWS);
  const [high, wide] = shape.length === 4 ? [shape[2], shape[3]] : isPicture ? square : [shown, size];
  const area = high * wide, count = shape.length === 4 ? shape[1] : isPicture ? shown : 1;
  const list = Array.from({ length: count }, (_, i): Tile => ({ values: values.slice(i * area, (i + 1) * area) }));
  const largest = values.reduce((most, value) => Math.max(most, value), 1);
  return {
    title,
    // What is kept is light grey, not as white as the paper around it.
    chart: (fits) => tiles({ title: fits, tiles: list, width: wide, height: high, from: 0, to: 1.2 * largest }),
    // Cells of a small mask are not drawn larger than a letter.
    ...(count === 1 && { most: 24 * wide }),
  };
}
