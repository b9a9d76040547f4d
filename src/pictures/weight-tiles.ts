import { plural } from "../charts/numbers.ts";
import { tiles, type Tile } from "../charts/tiles.ts";
import { checkNetwork } from "../network/given.ts";
import type { Network } from "../network/network.ts";
import type { Parameter } from "../nn/parameter.ts";
import { allLayersOf, ownParameters, type LayerLike } from "../nn/parts.ts";
import { checkInteger, checkOptions } from "../tensor/checks.ts";
import { OptionError, shownName } from "../tensor/errors.ts";
import { checkWidth, panels } from "./panels.ts";
import { checkPicture, pictureFor, type PictureSize } from "./picture-size.ts";

/** How weights are drawn. */
export interface WeightTilesOptions {
  /** [height, width], if the inputs are the pixels of a picture; default a square, if there are as many. */
  readonly picture?: PictureSize;
  /** How many units are drawn; default 40. */
  readonly units?: number;
  /** Default 720. */
  readonly width?: number;
}

/**
 * The weights of the first layer that has some, a grey tile for each unit, as SVG text: of an affine layer the weight
 * of each input, of a convolution each filter. All are on one scale.
 * @throws OptionError for unknown options, a network without weights, and a picture of another size than the inputs.
 * @example
 * firstLayerWeights(new Sequential([new Affine(784, 100)])); // tiles of 28 x 28
 */
export function firstLayerWeights(network: Network, options: WeightTilesOptions = {}): string {
  const where = "firstLayerWeights";
  checkOptions(where, options, ["picture", "units", "width"]);
  const width = checkWidth(where, options.width), size = checkPicture(where, options.picture);
  const most = checkInteger(`${where} units`, options.units ?? 40, { min: 1 });
  const layers = allLayersOf(checkNetwork(where, network));
  const layer = layers.find((one) => weightOf(one) !== undefined), weight = layer && weightOf(layer);
  if (layer === undefined || weight === undefined) {
    throw new OptionError({ where, given: "a network without weights", allowed: "a weight of two or more axes" });
  }
  const all = tilesOf(where, weight, size), shown = all.list.slice(0, most);
  const counted = plural(all.list.length, weight.shape.length === 4 ? "filter" : "unit");
  const which = shown.length === all.list.length ? counted : `the first ${shown.length} of ${counted}`;
  const { high, wide } = all, subtitle = `${shownName(layer.toString())}, ${which}`;
  const columns = wide > 3 * high ? 1 : 8, title = "black the least weight, white the largest";
  const chart = (fits: string) => tiles({ title: fits, tiles: shown, width: wide, height: high, columns });
  const description = `The weights of ${subtitle}, a tile each.`;
  return panels({ title: shownName(network.name), subtitle, description }, [{ title, chart }], width);
}

function weightOf(layer: LayerLike): Parameter | undefined {
  return ownParameters(layer).find(({ shape }) => shape.length >= 2);
}

function tilesOf(where: string, { shape, value: { data } }: Parameter, size: PictureSize | undefined) {
  if (shape.length === 4) {
    const [out, channels, high, wide] = shape, area = high * wide;
    const list = Array.from({ length: out * channels }, (_, i): Tile => (
      { values: data.slice(i * area, (i + 1) * area) }));
    return { list, high, wide };
  }
  const [inputs] = shape, units = data.length / inputs, [high, wide] = pictureFor(where, inputs, size) ?? [1, inputs];
  const list = Array.from({ length: units }, (_, unit): Tile => (
    { values: Array.from({ length: inputs }, (__, i) => data[i * units + unit]) }));
  return { list, high, wide };
}
