/** Layers with one slip each: the name that the diagnosis gives it, what is wrong, the layer, its inputs. */
import { type AnyLayer, type LayerReport, type Tensor } from "chainrule";
import { GATED } from "./gated.ts";
import { Rowwise } from "./kit.ts";
import { MORE } from "./more.ts";
import { Center, Each, fill, Scale, SwappedMultiply, WrongAffine, WrongDropout } from "./planted.ts";
import { PATHS } from "./paths.ts";
import { SHARED } from "./shared.ts";
import { USUAL } from "./usual.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const slope = (x: number) => sigmoid(x) * (1 - sigmoid(x));
const square = (x: number) => x * x;
export const each = (f: (x: number) => number, back: (x: number, dy: number, y: number) => number) =>
  new Each(f, (x, y, dy) => fill(x, (i) => back(x.data[i], dy.data[i], y.data[i])));

/** An affine layer whose gradients are all right, times a factor of its own for the parameters. */
const scaled = (factor: (rows: number) => number) => new WrongAffine([4, 3], (x, dy, layer) => {
  const part = fill(dy, (i) => dy.data[i] * factor(dy.shape[0]));
  layer.addWeight(x, part);
  layer.addBias(part);
  return layer.dx(dy);
});

export const masked = (back: (dy: number, mask: number, scale: number, x: number, fresh: number) => number) =>
  new WrongDropout(0.8, (dy, mask, scale, x, fresh) =>
    fill(dy, (i) => back(dy.data[i], mask.data[i], scale, x.data[i], fresh.data[i])));

/** w.grad += what it should be with `of` in place of dy. */
const addTo = (grad: Tensor, x: Tensor, of: (i: number) => number) => {
  for (let i = 0; i < x.data.length; i++) grad.data[i % 3] += x.data[i] * of(i);
};

const withLastRowOnly = () => new WrongAffine([4, 3], (x, dy, layer) => {
  const last = dy.data.length - 3;
  layer.addWeight(x, fill(dy, (i) => (i < last ? 0 : dy.data[i])));
  layer.addBias(dy);
  return layer.dx(dy);
});

const PLANTED: readonly (readonly [string, string, () => AnyLayer, readonly number[] | readonly number[][]])[] = [
  ["gradient missing", "x² whose dx is never filled", () => each(square, () => 0), [4]],
  ["parameter forgotten", "an affine layer without db", () => new WrongAffine([4, 3], (x, dy, layer) => {
    layer.addWeight(x, dy);
    return layer.dx(dy);
  }), [4]],
  ["gradients swapped", "a product whose gradients come in the other order", () => new SwappedMultiply(), [[4], [4]]],
  ["mask missing", "dropout whose backward only scales", () => masked((dy, _, scale) => dy * scale), [4]],
  ["mask missing", "dropout whose backward gives dy", () => masked((dy) => dy), [4]],
  ["mask missing", "ReLU whose backward gives dy", () => each((x) => Math.max(0, x), (_, dy) => dy), [4]],
  ["mask inverted", "dropout with 1 - mask", () => masked((dy, mask, scale) => dy * (1 - mask) * scale), [4]],
  ["mask guessed from zeros", "dropout with y ≠ 0 for a mask",
    () => masked((dy, mask, scale, x) => (mask * x !== 0 ? dy * scale : 0)), [4]],
  ["fresh mask in backward", "dropout that draws again", () => masked((dy, _, scale, _x, fresh) => dy * fresh * scale), [4]],
  ["scale missing", "dropout whose backward only masks", () => masked((dy, mask) => dy * mask), [4]],
  ["scale applied twice", "dropout that divides by keep twice", () => masked((dy, mask, scale) => dy * mask * scale * scale), [4]],
  ["not summed over the batch", "dw of the last row", withLastRowOnly, [4]],
  ["bias gradient not summed", "db of the first row", () => new WrongAffine([4, 3], (x, dy, layer) => {
    layer.addWeight(x, dy);
    layer.addBias(fill(dy, (i) => (i < 3 ? dy.data[i] : 0)));
    return layer.dx(dy);
  }), [4]],
  ["one row for all", "dx made of the first row of dy", () => new WrongAffine([4, 3], (x, dy, layer) => {
    layer.addWeight(x, dy);
    layer.addBias(dy);
    return layer.dx(fill(dy, (i) => dy.data[i % 3]));
  }), [4]],
  ["missing mean", "x minus its mean, with dx = dy", () => new Center(), [5]],
  ["sign", "1 - x² with dx = 2x·dy", () => each((x) => 1 - x * x, (x, dy) => 2 * x * dy), [4]],
  ["sign", "-x with dx = dy", () => each((x) => -x, (_, dy) => dy), [4]],
  ["averaged over the batch", "dw and db divided by the rows", () => scaled((rows) => 1 / rows), [4]],
  ["averaged over the batch twice", "dw and db divided by the rows, twice", () => scaled((rows) => 1 / (rows * rows)), [4]],
  ["multiplied by the batch", "dw and db times the rows", () => scaled((rows) => rows), [4]],
  ["factor 2", "x² with dx = x·dy", () => each(square, (x, dy) => x * dy), [4]],
  ["constant factor", "1.7·x² with dx = 2x·dy", () => each((x) => 1.7 * x * x, (x, dy) => 2 * x * dy), [4]],
  ["transposed", "dw = dyᵀ·x of a square affine layer", () => new WrongAffine([4, 4], (x, dy, layer) => {
    layer.addWeight(dy, x);
    layer.addBias(dy);
    return layer.dx(dy);
  }), [4]],
  ["transposed", "dw laid out as [out, in]", () => new WrongAffine([4, 3], (x, dy, { weight, ...layer }) => {
    for (let row = 0; row < dy.shape[0]; row++) {
      for (let j = 0; j < 3; j++) {
        for (let i = 0; i < 4; i++) weight.grad.data[j * 4 + i] += x.data[row * 4 + i] * dy.data[row * 3 + j];
      }
    }
    for (let i = 0; i < dy.data.length; i++) if (layer.bias) layer.bias.grad.data[i % 3] += dy.data[i];
    return fill(x, (at) => {
      const row = Math.floor(at / 4), i = at % 4;
      return [0, 1, 2].reduce((sum, j) => sum + dy.data[row * 3 + j] * weight.value.data[i * 3 + j], 0);
    });
  }), [4]],
  ["transposed", "dx with w read as [out, in]", () => new WrongAffine([4, 3], (x, dy, layer) => {
    layer.addWeight(x, dy);
    layer.addBias(dy);
    return fill(x, (at) => {
      const row = Math.floor(at / 4), i = at % 4;
      return [0, 1, 2].reduce((sum, j) => sum + dy.data[row * 3 + j] * layer.weight.value.data[j * 4 + i], 0);
    });
  }), [4]],
  ["dy forgotten", "x² with dx = 2x", () => each(square, (x) => 2 * x), [4]],
  ["x in place of dy", "dw from x twice", () => new Scale((grad, x) => addTo(grad, x, (i) => x.data[i])), [3]],
  ["y in place of dy", "dx from y", () => each(square, (x, _, y) => 2 * x * y), [3]],
  ["derivative forgotten", "a sigmoid with dx = dy", () => each(sigmoid, (_, dy) => dy), [4]],
  ["derivative at the output", "a sigmoid with its slope at y", () => each(sigmoid, (_, dy, y) => dy * slope(y)), [4]],
  ["derivative at the output", "a tanh with 1 - tanh² of y", () => each(Math.tanh, (_, dy, y) => dy * (1 - Math.tanh(y) ** 2)), [4]],
  ["half of the product rule", "swish with dx = dy·g", () => each((x) => x * sigmoid(x), (x, dy) => dy * sigmoid(x)), [4]],
  ["half of the product rule", "swish with dx = dy·x·g'", () => each((x) => x * sigmoid(x), (x, dy) => dy * x * slope(x)), [4]],
  ["computed in float32", "x² through Math.fround", () => each((x) => Math.fround(x * x), (x, dy) => 2 * x * dy), [4]],
  ["not a number", "a loop that reads one number too far", () => new Each(square, (x, _, dy) =>
    fill(x, (i) => 2 * x.data[i < 5 ? i : i + 6] * dy.data[i])), [4]],
  ["zero in places", "a loop that misses the last number", () => new Each(square, (x, _, dy) =>
    fill(x, (i) => (i === x.data.length - 1 ? 0 : 2 * x.data[i] * dy.data[i]))), [4]],
  ["wrong branch", "x² of positive x, with dx = 2x·dy everywhere",
    () => each((x) => (x > 0 ? x * x : 0), (x, dy) => 2 * x * dy), [4]],
  ["not zero in places", "x² in all columns but the second, with dx = 2x·dy everywhere",
    () => new Rowwise((x) => x.map((v, j) => (j === 1 ? 3 : v * v)), (x, _, dy) => dy.map((d, j) => 2 * x[j] * d)), [4]],
  ["gradient overwritten", "w.grad set instead of added to", () => new Scale((grad, x, dy) => {
    grad.data.fill(0);
    addTo(grad, x, (i) => dy.data[i]);
  }), [3]],
];

/** The names of the slips a report accuses of, each once. */
export function diagnosed({ checks }: LayerReport): string[] {
  return [...new Set(checks.flatMap(({ diagnosis }) => (diagnosis === undefined ? [] : [diagnosis.split(":")[0]])))];
}

export const ALL = [...PLANTED, ...USUAL, ...MORE, ...GATED, ...PATHS, ...SHARED];
