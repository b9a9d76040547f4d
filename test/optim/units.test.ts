import {
  Affine, Conv2d, DropConnect, Embedding, MaxNorm, networkFromJson, networkToJson, Parameter, Sequential, SGD, tensor,
  Tensor, UnitNorm, type AnyLayer,
} from "chainrule";
import { errorOf } from "../tools.ts";

/** Gradients are zero: the weights stay, and the constraint is applied after the update. */
const step = (layer: AnyLayer) => { new SGD({ learningRate: 0.1 }).step(layer.parameters); };
const numbersOf = (weight: Parameter) => Array.from(weight.value.data);
const norm = (numbers: ArrayLike<number>) => Math.hypot(...Array.from(numbers));

describe("fault 70: the incoming weights of a unit", () => {
  test("each filter of a convolution, not a column of its kernel", () => {
    const four = Array.from({ length: 4 }, () => [[[1, 0], [0, 0]]]);
    const layer = new Conv2d(1, 4, 2, { init: tensor(four), constraint: new MaxNorm(1) });
    step(layer);
    expect(layer.weight.value.toArray()).toEqual(four);
    const long = new Conv2d(1, 1, 2, { init: tensor([[[[3, 4], [0, 0]]]]), constraint: new MaxNorm(4) });
    step(long);
    expect(norm(long.weight.value.data)).toBeCloseTo(4, 6);
  });

  test("each row vector of an embedding", () => {
    const words = new Embedding(2, 2, { init: tensor([[3, 4], [0, 1]]), constraint: new MaxNorm(1) });
    step(words);
    expect(numbersOf(words.weight)[0]).toBeCloseTo(0.6, 6);
    expect(numbersOf(words.weight).slice(2)).toEqual([0, 1]);
  });

  test("a column of an affine layer's and of a DropConnect's weights", () => {
    const init = tensor([[3, 1], [4, 0]]), constraint = new MaxNorm(2.5);
    for (const layer of [new Affine(2, 2, { init, constraint }), new DropConnect(2, 2, { keep: 0.8, init, constraint })]) {
      step(layer);
      expect(numbersOf(layer.weight)).toEqual([1.5, 1, 2, 0]);
    }
  });

  test("one constraint serves layers with different units, applied by hand too", () => {
    const constraint = new UnitNorm(), init = tensor([[3, 0], [4, 2]]);
    const affine = new Affine(2, 2, { init, constraint }), table = new Embedding(2, 2, { init, constraint });
    constraint.apply(affine.weight.value);
    constraint.apply(table.weight.value);
    [0.6, 0, 0.8, 1].forEach((x, i) => { expect(numbersOf(affine.weight)[i]).toBeCloseTo(x, 6); });
    [1, 0, 0.8944272, 0.4472136].forEach((x, i) => { expect(numbersOf(table.weight)[i]).toBeCloseTo(x, 6); });
  });

  test("a converted copy, a network made again from JSON and loaded numbers keep their units", () => {
    const filters = tensor([[[[3]], [[4]]], [[[6]], [[8]]]]);
    const network = new Sequential([new Conv2d(2, 2, 1, { init: filters, constraint: new MaxNorm(5) })]);
    const again = networkFromJson(networkToJson(network)), copy = network.to("float64");
    again.load(network.state());
    for (const one of [network, again, copy]) {
      for (const { constraint, value } of one.parameters) constraint?.apply(value);
      expect(Array.from(one.parameters[0].value.data)).toEqual([3, 4, 3, 4]);
    }
  });

  test("a shared parameter has the units of its first layer, or those it was given, which a file keeps", () => {
    const init = tensor([[3, 0], [4, 0]]), constraint = new MaxNorm(1);
    const table = new Embedding(2, 2, { init, constraint }), tied = new Affine(2, 2, { weight: table.weight });
    expect(tied.weight.unitAxis).toBe(0);
    const own = new Parameter("weight", init, { constraint, unitAxis: 0 });
    const again = networkFromJson(networkToJson(new Sequential([new Affine(2, 2, { weight: own })])));
    expect(again.parameters[0].unitAxis).toBe(0);
    expect(errorOf(() => new Parameter("w", init, { unitAxis: 2 })).where).toBe('Parameter "w" unitAxis');
  });
});

describe("norms that overflow or underflow", () => {
  const half = Math.sqrt(0.5);
  test.each([
    [[3e38, 3e38], "float32"], [[1e-45, 1e-45], "float32"], [[1e308, 1e308], "float64"], [[5e-324, 5e-324], "float64"],
    [[1e200, 1e200], "float64"], [[1e-200, 1e-200], "float64"],
  ] as const)("UnitNorm of %j in %s is √½, √½", (column, dtype) => {
    const value = tensor(column.map((x) => [x]), dtype);
    new UnitNorm().apply(value);
    value.data.forEach((x) => { expect(Math.abs(x - half)).toBeLessThan(1e-7); });
  });

  test.each([[[3e38, 3e38], "float32"], [[1e308, 1e308], "float64"], [[1e200, 1e200], "float64"]] as const)(
    "MaxNorm(2) of %j in %s is √2, √2, whether loops or kernels do it", (column, dtype) => {
      for (const columns of [1, 20000]) {
        const x = new Float64Array(2 * columns).fill(column[0]);
        const value = new Tensor(dtype === "float32" ? Float32Array.from(x) : x, [2, columns]);
        new MaxNorm(2).apply(value);
        expect(value.data.every((one) => Math.abs(one - 2 * half) < 3e-7)).toBe(true);
      }
    });

  test("MaxNorm sees norms whose squares underflow: 3e-200, 4e-200 under 1e-200", () => {
    const value = tensor([[3e-200], [4e-200]], "float64");
    new MaxNorm(1e-200).apply(value);
    expect(value.data[0] / 6e-201).toBeCloseTo(1, 12);
    expect(value.data[1] / 8e-201).toBeCloseTo(1, 12);
  });
});

test.each(["yes", 1, 0])("a decay of %p is refused", (decay) => {
  expect(errorOf(() => new Parameter("w", tensor([1]), { decay: decay as never }))).toMatchObject({ name: "OptionError" });
});

test("what is no constraint, and a frozen that is neither true nor false, are refused", () => {
  expect(errorOf(() => new Parameter("w", tensor([1]), { constraint: 3 as never })).where).toContain("constraint");
  const parameter = new Parameter("w", tensor([1]));
  expect(errorOf(() => { parameter.frozen = "false" as never; }).where).toContain("frozen");
  expect(parameter.frozen).toBe(false);
});
