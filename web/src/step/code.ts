/** Step as a program for Node: the same numbers. */
import { Tensor, type Shape } from "chainrule";
import { sourceOf } from "../network/build.ts";
import { importsOf } from "../network/imports.ts";
import type { LayerSpec } from "../network/spec.ts";
import type { StepRequest } from "./protocol.ts";

/** What the program begins with. */
export interface Given {
  readonly x: Tensor;
  readonly labels: readonly number[] | Tensor;
  /** Of all parameters, if they are not those of the seed. */
  readonly weights: readonly Tensor[] | undefined;
  /** Of each Dropout; undefined for those that the seed draws. */
  readonly masks: readonly (Tensor | undefined)[];
}

const OPTIMIZERS: Readonly<Record<StepRequest["optimizer"], (rate: number) => string | undefined>> = {
  sgd: (rate) => `new SGD({ learningRate: ${rate} })`,
  momentum: (rate) => `new SGD({ learningRate: ${rate}, momentum: 0.9 })`,
  adam: (rate) => `new Adam({ learningRate: ${rate} })`,
  none: () => undefined,
};

const WITHIN = `
const within = (network: Network): readonly AnyLayer[] => (
  network.layers.flatMap((layer) => (layer instanceof Network ? [layer, ...within(layer)] : [layer])));
`;

export function codeOf(
  specs: readonly LayerSpec[],
  shape: Shape,
  { seed, mode, optimizer, rate, softmax }: StepRequest,
  { x, labels, weights, masks }: Given,
): string {
  const isClasses = !(labels instanceof Tensor),
    by = OPTIMIZERS[optimizer](rate);
  const options = [
    ...(isClasses ? [] : ["loss: new MeanSquaredError()"]),
    ...(by === undefined ? [] : [`optimizer: ${by}`]),
    ...(isClasses && softmax !== "joint" ? [`softmax: "${softmax}"`] : []),
  ];
  const set =
    weights === undefined
      ? ""
      : `
// Those of the page, not of the seed.
const weights = [
${weights.map(({ data }) => `  ${JSON.stringify(Array.from(data))},\n`).join("")}];
network.parameters.forEach(({ value }, i) => value.data.set(weights[i]));
`;
  const drops = masks.flatMap((mask, i) =>
    mask === undefined ? [] : [`dropouts[${i}].useMask(tensor(${JSON.stringify(nested(mask))}));\n`],
  );
  const drop =
    drops.length === 0
      ? ""
      : `${WITHIN}
const dropouts = within(network).filter((layer) => layer instanceof Dropout);
${drops.join("")}`;
  const body = `const network = new Sequential([
${sourceOf(specs, shape)
  .map((layer) => `  ${layer},\n`)
  .join("")}], { seed: ${seed} }).to("float64");
${mode === "eval" ? "network.eval();\n" : ""}${set}${drop}
// Put your own rows here, and the class of each.
const x = tensor(${JSON.stringify(nested(x))}, "float64");
const labels = ${isClasses ? JSON.stringify(labels) : `tensor(${JSON.stringify(nested(labels))}, "float64")`};

for (const { op, kind, phase, results } of explainTrace(network, x, labels, { ${options.join(", ")} }).steps) {
  console.log(op, kind, phase);
  for (const { name, values } of results) console.log("  ", name, values);
}
`;
  return `${importsOf(body, drops.length === 0 ? [] : ["type AnyLayer"])}\n${body}`;
}

function nested({ data, shape }: Tensor): unknown {
  const fold = (values: readonly unknown[], sides: readonly number[]): unknown => {
    if (sides.length === 0) return values[0];
    const size = values.length / sides[0];
    return Array.from({ length: sides[0] }, (_, i) => fold(values.slice(i * size, (i + 1) * size), sides.slice(1)));
  };
  return fold(Array.from(data), shape);
}
