import { Dropout, Sequential, zeros, type DType, type Tensor } from "chainrule";
import { understandOnly, type Adapter } from "./adapter.ts";
import type { Miss } from "./compare.ts";

/** How many standard deviations a count may lie from its mean. */
const SIGMAS = 5;

/** What masks drawn by Dropout itself must look like, on an input of ones; there are no vectors for it. */
export const dropoutStatistics: Adapter = ({ fields }) => {
  const attrs = fields.fields("attrs"), expect = fields.fields("expect");
  understandOnly(attrs, ["keep", "drop", "n"]);
  const keep = attrs.has("keep") ? attrs.number("keep") : 1 - attrs.number("drop"), n = attrs.number("n");
  const misses: Miss[] = [];
  const claim = (what: string, value: number, least: number, most: number) => {
    if (value >= least && value <= most) return;
    misses.push({ message: `${what} is ${value}, allowed ${least} to ${most}`, excess: Infinity });
  };

  const layer = new Dropout({ keep, seed: 1 });
  const y = layer.forward(ones(n, "float32")), first = maskOf(layer);
  const kept = count(first, (bit) => bit === 1), mean = kept / n;
  claim("units kept", kept, expect.number("kept_min"), expect.number("kept_max"));
  const [meanFrom, meanTo] = expect.numbers("mean_of_output_on_ones");
  claim("mean of the output", meanOf(y), meanFrom, meanTo);
  const most = expect.number("lag_k_autocorrelation_abs_max");
  // Where all units are kept nothing varies, and there is nothing to correlate.
  const varies = kept > 0 && kept < n;
  for (const lag of varies ? expect.numbers("lags") : []) {
    claim(`autocorrelation at lag ${lag}`, autocorrelation(first, mean, lag), -most, most);
  }

  const again = new Dropout({ keep, seed: 1 });
  const y64 = again.forward(ones(n, "float64"));
  claim("units that differ under the same seed", difference(first, maskOf(again)), 0, 0);
  claim("float32 values other than 0 and 1/keep", strangers(y, Math.fround(1 / keep)), 0, 0);
  claim("float64 values other than 0 and 1/keep", strangers(y64, 1 / keep), 0, 0);

  const differing = 2 * keep * (1 - keep), spread = SIGMAS * Math.sqrt(n * differing * (1 - differing));
  const independent = (what: string, a: Tensor, b: Tensor) => {
    const mean = differing * n;
    claim(`units that differ between ${what}`, difference(a, b), mean - spread, mean + spread);
  };
  layer.forward(ones(n, "float32"));
  independent("successive masks of one layer", first, maskOf(layer));
  const [one, two] = [new Dropout({ keep }), new Dropout({ keep })];
  for (const alone of [one, two]) alone.forward(ones(n, "float32"));
  independent("masks of two layers", maskOf(one), maskOf(two));
  const [lower, upper] = [new Dropout({ keep }), new Dropout({ keep })];
  new Sequential([lower, upper], { seed: 1 }).forward(ones(n, "float32"));
  independent("masks of two layers of a network", maskOf(lower), maskOf(upper));
  return misses;
};

function ones(n: number, dtype: DType): Tensor {
  const x = zeros([1, n], dtype);
  x.data.fill(1);
  return x;
}

function maskOf(layer: Dropout): Tensor {
  if (layer.mask === undefined) throw new Error("Dropout has no mask after a forward in train");
  return layer.mask;
}

function count({ data }: Tensor, is: (value: number, i: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < data.length; i++) if (is(data[i], i)) found++;
  return found;
}

function meanOf({ data }: Tensor): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return sum / data.length;
}

function difference(a: Tensor, b: Tensor): number {
  return count(a, (bit, i) => bit !== b.data[i]);
}

function strangers(y: Tensor, scaled: number): number {
  return count(y, (value) => value !== 0 && value !== scaled);
}

/** Σ_i (b_i - m)·(b_(i+k) - m) / Σ_i (b_i - m)². */
function autocorrelation({ data }: Tensor, mean: number, lag: number): number {
  let products = 0, squares = 0;
  for (let i = 0; i + lag < data.length; i++) products += (data[i] - mean) * (data[i + lag] - mean);
  for (let i = 0; i < data.length; i++) squares += (data[i] - mean) * (data[i] - mean);
  return products / squares;
}
