import { cos, sin } from "../math/elementary.ts";
import { KeyedStream, STREAM } from "../nn/random.ts";
import { checkInstance, checkInteger, checkNumber, checkOptions, checkSeed } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { showShape } from "../tensor/shape.ts";
import { zeros, zerosLike, type Numbers, type Tensor } from "../tensor/tensor.ts";
import { keyOf } from "../tensor/threefry.ts";
import { Dataset } from "./dataset.ts";
import { likeDataset } from "./named-dataset.ts";

/** Options of `augment`. */
export interface AugmentOptions {
  /** The largest shift in each direction, in pixels; default 0. */
  shift?: number;
  /** The largest rotation in either direction, in degrees; default 0. */
  rotate?: number;
  /** Height and width, unless they are the last two axes of a row: [28, 28] for rows of 784. */
  size?: readonly [number, number];
  /** Each seed draws other shifts and angles; default 0. */
  seed?: number;
}

/**
 * Shifts and rotates each image at random: a digit shifted by two pixels is the same digit. Labels stay the same.
 * Pixels from outside the image are 0; a rotated image is interpolated bilinearly, one that is only shifted keeps its
 * pixel values. For training data only, never for validation or test data.
 * Source: Simard, Steinkraus and Platt 2003, section 2.
 * @throws OptionError for options out of range, or a size that does not match the rows.
 * @example
 * for (let epoch = 1; epoch <= 10; epoch++) {
 *   await trainer.fit(augment(train, { shift: 2, rotate: 10, size: [28, 28], seed: epoch }), { epochs: 1 });
 * }
 */
export function augment(data: Dataset, options: AugmentOptions): Dataset {
  const where = "augment";
  checkOptions(where, options ?? null, ["shift", "rotate", "size", "seed"]);
  checkInstance(where, data, Dataset);
  const shift = checkInteger(`${where} shift`, options.shift ?? 0, { min: 0 });
  const rotate = checkNumber(`${where} rotate`, options.rotate ?? 0, { min: 0, max: 180 });
  const seed = checkSeed(`${where} seed`, options.seed ?? 0);
  const [height, width] = sizeOfImages(data.x, options.size);
  const random = new KeyedStream(keyOf(seed, STREAM.data, 2)), rows = data.size;
  const [down, right, turn] = [0, 1, 2].map(() => random.uniform(zeros([rows], "float64")).data);
  const whole = (draw: number) => Math.floor(draw * (2 * shift + 1)) - shift;
  const y = zerosLike(data.x), perRow = y.data.length / rows;
  for (let row = 0; row < rows; row++) {
    const angle = ((2 * turn[row] - 1) * rotate * Math.PI) / 180;
    const move = { down: whole(down[row]), right: whole(right[row]), cos: cos(angle), sin: sin(angle) };
    for (let start = row * perRow; start < (row + 1) * perRow; start += height * width) {
      const part = [start, start + height * width] as const;
      moveImage(y.data.subarray(...part), data.x.data.subarray(...part), { height, width }, move);
    }
  }
  return likeDataset(data, y, data.labels);
}

function sizeOfImages({ shape, data }: Tensor, given: AugmentOptions["size"]): readonly [number, number] {
  const usual = shape.length >= 3 ? shape.slice(-2) : [], size = Array.isArray(given ?? usual) ? given ?? usual : [];
  const [height, width] = size, perRow = data.length / shape[0];
  const fits = size.length === 2 && size.every((side) => Number.isInteger(side) && side > 0);
  if (fits && perRow % (height * width) === 0) return [height, width];
  const advice = "Say { size: [28, 28] } for rows of 784.";
  const allowed = `a height and a width that fit rows of shape ${showShape(shape.slice(1))}`;
  const shown = given === undefined ? "no size" : show(given);
  throw new OptionError({ where: "augment size", given: shown, allowed, advice });
}

/** Each pixel of y is read from its source position: shifted and rotated back around the centre. */
function moveImage(
  y: Numbers, x: Numbers, { height, width }: { height: number; width: number },
  move: { down: number; right: number; cos: number; sin: number },
): void {
  const isInside = (i: number, j: number) => i >= 0 && i < height && j >= 0 && j < width;
  const pixel = (i: number, j: number) => (isInside(i, j) ? x[i * width + j] : 0);
  const middleRow = (height - 1) / 2, middleColumn = (width - 1) / 2;
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const a = i - move.down - middleRow, b = j - move.right - middleColumn;
      const row = move.cos * a - move.sin * b + middleRow;
      const column = move.sin * a + move.cos * b + middleColumn;
      const top = Math.floor(row), left = Math.floor(column), below = row - top, beyond = column - left;
      y[i * width + j] = (1 - below) * ((1 - beyond) * pixel(top, left) + beyond * pixel(top, left + 1))
        + below * ((1 - beyond) * pixel(top + 1, left) + beyond * pixel(top + 1, left + 1));
    }
  }
}
