/**
 * What becomes of numbers on their way through ten layers, with bad and with good initial weights.
 *
 * Too small, and the numbers die out, and with them the gradients; too large, and tanh is driven to its ends,
 * while the gradients grow from layer to layer. Xavier's weights keep the spread in networks with tanh, He's
 * in those with ReLU, which throws half of the numbers away; orthogonal ones keep lengths by themselves.
 * After CS231n, "Weight initialization".
 */
import {
  Affine, initializers, Parameter, ReLU, Tanh, type Initializer, type Layer, type Tensor,
} from "chainrule";
import { histogram } from "./parts/bars.ts";
import { numbersGiven } from "./parts/numbers-given.ts";

const { rows, width, layers } = numbersGiven({ rows: 200, width: 100, layers: 10 });
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
  console.log(`  layer    spread  activations from -1 to 1`);
  let y = normalNumbers(1);
  stack.forEach(([affine, nonlinear], i) => {
    y = nonlinear.forward(affine.forward(y));
    if (i === 0 || (i + 1) % 3 === 0 || i === layers - 1) {
      console.log(`  ${String(i + 1).padStart(5)}  ${spreadOf(y).toFixed(5)}  ${histogram(y.data, -1, 1)}`);
    }
  });
  // A gradient of spread 1 goes back the whole way.
  let dy = normalNumbers(2);
  for (const [affine, nonlinear] of [...stack].reverse()) dy = affine.backward(nonlinear.backward(dy));
  console.log(`  what comes back of a gradient of spread 1: ${spreadOf(dy).toExponential(1)}\n`);
}
