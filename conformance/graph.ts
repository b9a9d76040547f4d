import { Add, Concat, Graph, Multiply, type AnyLayer, type DType, type Parameter } from "chainrule";
import { NotOffered, understandOnly, type Adapter } from "./adapter.ts";
import { compare } from "./compare.ts";
import { Fields, FormatError } from "./fields.ts";
import type { Case } from "./golden.ts";
import { gradientsOf, layers, modeOf, parametersOf } from "./layers.ts";

const merges: ReadonlyMap<string, () => AnyLayer> = new Map<string, () => AnyLayer>([
  ["add", () => new Add()],
  ["mul", () => new Multiply()],
  ["concat", () => new Concat()],
]);

/** Forward and backward through a Graph; nodes that name one weight share one Parameter. */
export const graph: Adapter = (golden, dtype) => {
  const { fields } = golden;
  const inputs = fields.fields("inputs");
  understandOnly(fields.fields("attrs"), ["mode"]);
  if (inputs.names.length !== 1) throw new NotOffered(`a graph of ${inputs.names.length} inputs`);
  const parameters = parametersOf(fields.fields("params"), dtype);
  const [input] = inputs.names;
  const x = inputs.tensor(input, dtype);
  const network = new Graph().input(input, x.shape.slice(1)).output(fields.text("output"));
  fields.list("nodes").forEach((value, i) => {
    const node = new Fields(`${fields.path}, node ${i}`, value);
    network.add(node.text("id"), layerOf(node, golden, dtype, parameters), ...node.texts("in"));
  });
  if (modeOf(fields) === "eval") network.eval();
  const out = network.forward(x);
  const dx = network.backward(fields.tensor("dout", dtype));
  return compare(golden, dtype, { out, [`grads.${input}`]: dx, ...gradientsOf(parameters) });
};

function layerOf(
  node: Fields, { fields }: Case, dtype: DType, parameters: ReadonlyMap<string, Parameter>,
): AnyLayer {
  const op = node.text("op");
  understandOnly(node, ["id", "op", "in", "attrs", "weight", "bias", "mask"]);
  const merge = merges.get(op);
  if (merge !== undefined) {
    understandOnly(node.fields("attrs"), []);
    return merge();
  }
  const make = layers.get(op);
  if (make === undefined) throw new NotOffered(`${op} in a graph`);
  return make({
    attrs: node.fields("attrs"),
    parameter: (role) => {
      if (!node.has(role)) return undefined;
      const name = node.text(role), found = parameters.get(name);
      if (found === undefined) throw new FormatError(`${node.path}: there is no parameter "${name}"`);
      return found;
    },
    mask: node.has("mask") ? fields.fields("extra").tensor(node.text("mask"), dtype) : undefined,
  });
}
