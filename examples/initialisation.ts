/**
 * What becomes of numbers on their way through ten layers, with bad and with good initial weights.
 *
 * Too small, and the numbers die out, and with them the gradients; too large, and tanh is driven to its ends, while the
 * gradients grow from layer to layer. With Xavier's or orthogonal weights the numbers of a network with tanh shrink
 * slowly, because tanh itself pulls towards 0, and the gradients arrive. ReLU throws half of the numbers away: Xavier's
 * weights do not make up for that, He's do. After CS231n, "Weight initialization".
 */
import {
  Affine, initializers, Parameter, ReLU, Tanh, type Initializer, type Layer, type Tensor,
} from "chainrule";
import { histogram } from "chainrule/charts";
import { option } from "chainrule/experiment";
import { scriptOptions } from "chainrule/node";

const { rows, width, layers } = scriptOptions("Sends numbers through layers with different initial weights.", {
  rows: option.integer(200, { min: 1, max: 10_000, help: "rows of numbers" }),
  width: option.integer(100, { min: 1, max: 2000, help: "units in each layer" }),
  layers: option.integer(10, { min: 1, max: 100, help: "how many layers" }),
});
const columns = Math.min(process.stdout.columns || 80, 80);
const normalNumbers = (seed: number) =>
  new Parameter("numbers", { shape: [rows, width], init: initializers.normal() }, { seed }).value;
const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spreadOf = ({ data }: Tensor) => {
  const values = Array.from(data), mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};

const schemes: readonly (readonly [string, () => Layer, Initializer])[] = [
  ["too small: normal, 0.01", () => new Tanh(), initializers.normal({ standardDeviation: 0.01 })],
  ["too large: normal, 1", () => new Tanh(), initializers.normal()],
  ["Xavier", () => new Tanh(), initializers.xavierNormal()],
  ["orthogonal", () => new Tanh(), initializers.orthogonal()],
  ["Xavier", () => new ReLU(), initializers.xavierNormal()],
  ["He", () => new ReLU(), initializers.heNormal()],
];

for (const [name, activation, init] of schemes) {
  const stack = Array.from({ length: layers }, (_, i) => {
    return [new Affine(width, width, { init, seed: i + 1 }), activation()] as const;
  });
  console.log(`${name}, ${activation()}`);
  let y = normalNumbers(1);
  const spreads = stack.map(([affine, nonlinear]) => {
    y = nonlinear.forward(affine.forward(y));
    return spreadOf(y).toFixed(5);
  });
  const shown = [0, Math.floor(layers / 2), layers - 1].filter((at, i, all) => all.indexOf(at) === i);
  for (const at of shown) console.log(`  spread after layer ${at + 1}: ${spreads[at]}`);
  const title = `Activations after layer ${layers}`;
  console.log(histogram({ title, values: y.data, from: -1, to: 1 }).text({ columns }));
  // A gradient of spread 1 goes back the whole way.
  let dy = normalNumbers(2);
  for (const [affine, nonlinear] of [...stack].reverse()) dy = affine.backward(nonlinear.backward(dy));
  console.log(`  of a gradient of spread 1 comes back: ${spreadOf(dy).toExponential(1)}\n`);
}
console.log("Look at: which spreads stay, and whether\na gradient of 1 comes back as about 1.");
