import { Affine, Layer, Parameter, tensor, zeros, type Initializer, type Tensor } from "chainrule";
import { double, errorOf, numbers } from "../tools.ts";

const init: Initializer = { draw: (shape, random) => random.normal(zeros(shape)) };

describe("a Parameter's numbers", () => {
  test("are a copy of the tensor it is made of", () => {
    const start = tensor([1, 2]);
    const parameter = new Parameter("w", start);
    start.data[0] = 9;
    expect(numbers(parameter.value)).toEqual([1, 2]);
  });

  test("are copied in when assigned", () => {
    const parameter = new Parameter("w", tensor([1, 2]));
    const next = tensor([3, 4]);
    parameter.value = next;
    next.data[0] = 9;
    expect(numbers(parameter.value)).toEqual([3, 4]);
  });

  test("stay in the array that was handed out when others are assigned", () => {
    const parameter = new Parameter("w", tensor([1, 2]));
    const { value } = parameter;
    parameter.value = tensor([3, 4]);
    expect(numbers(value)).toEqual([3, 4]);
  });

  test("are drawn once, at the first look", () => {
    let draws = 0;
    const counting: Initializer = { draw: (shape) => (draws++, zeros(shape)) };
    const parameter = new Parameter("w", { shape: [2], init: counting });
    expect(draws).toBe(0);
    void [parameter.value, parameter.value, parameter.grad];
    expect(draws).toBe(1);
  });

  test("that are assigned before the first look are never drawn", () => {
    const parameter = new Parameter("w", { shape: [2], init });
    parameter.value = tensor([3, 4]);
    expect(numbers(parameter.value)).toEqual([3, 4]);
  });

  test("follow the seed", () => {
    const drawn = (seed: number) => numbers(new Parameter("w", { shape: [3], init }, { seed }).value);
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test("of two parameters without a seed differ", () => {
    const drawn = () => numbers(new Parameter("w", { shape: [3], init }).value);
    expect(drawn()).not.toEqual(drawn());
  });

  test("are its own, also where an initializer gives one tensor twice", () => {
    const same = tensor([1, 2]);
    const shared: Initializer = { draw: () => same };
    const [first, second] = ["a", "b"].map((name) => new Parameter(name, { shape: [2], init: shared }));
    first.value.data[0] = 9;
    expect([numbers(second.value), numbers(same)]).toEqual([[1, 2], [1, 2]]);
  });
});

describe("a Parameter refuses", () => {
  const parameter = new Parameter("slope", tensor([1, 2]));
  const assign = (value: unknown) => errorOf(() => { parameter.value = value as Tensor; });

  test("numbers of another shape, naming both", () => {
    expect(assign(tensor([1]))).toMatchObject({
      where: 'Parameter "slope"',
      given: "shape [1]",
      allowed: "shape [2]",
    });
  });

  test("numbers of another dtype, and says what converts", () => {
    expect(assign(double([1, 2]))).toMatchObject({
      given: "float64",
      allowed: "float32",
      advice: expect.stringContaining("to(dtype)") as string,
    });
  });

  test("what is no tensor", () => {
    expect(assign([1, 2]).given).toBe("an array of 2");
    expect(errorOf(() => new Parameter("slope", 3 as never)).allowed).toBe("a Tensor or { shape, init }");
  });

  test("an initializer that gives another shape", () => {
    const wrong = new Parameter("slope", { shape: [2], init: { draw: () => zeros([3]) } });
    expect(errorOf(() => wrong.value)).toMatchObject({ given: "shape [3]", allowed: "shape [2]" });
  });

  test("an initializer that gives no tensor", () => {
    const wrong = new Parameter("slope", { shape: [2], init: { draw: () => undefined as never } });
    expect(errorOf(() => wrong.value)).toMatchObject({
      where: expect.stringContaining("slope") as string,
      given: "undefined",
      allowed: "a Tensor",
    });
  });

  test("an option it does not know, with the nearest", () => {
    expect(errorOf(() => new Parameter("slope", tensor([1]), { weightDecay: false } as never)).advice)
      .toBe("Did you mean decay?");
  });
});

describe("the gradient", () => {
  test("starts at zero, in the value's shape and dtype", () => {
    expect(new Parameter("w", double([[1, 2]])).grad).toMatchObject({
      shape: [1, 2],
      data: new Float64Array(2),
    });
  });

  test("is zeroed in place", () => {
    const parameter = new Parameter("w", tensor([1, 2]));
    const { grad } = parameter;
    grad.data.fill(5);
    parameter.zeroGradient();
    expect(numbers(grad)).toEqual([0, 0]);
  });
});

describe("a layer's parameters", () => {
  class Holder extends Layer {
    readonly last = new Parameter("last", tensor([1]));
    readonly several = [new Parameter("a", tensor([1])), new Affine(1, 1), this.last];
    readonly inner = new Affine(1, 1, { bias: false });
    forward(x: Tensor): Tensor { return x; }
    backward(dy: Tensor): Tensor { return dy; }
  }

  test("are those in its fields, in arrays and in inner layers, in order and each once", () => {
    expect(new Holder().parameters.map(({ name }) => name)).toEqual([
      "last",
      "a",
      "weight",
      "bias",
      "weight",
    ]);
  });

  test("follow its inner layers' modes", () => {
    expect(new Holder().eval().inner.mode).toBe("eval");
    expect(new Holder().eval().train().inner.mode).toBe("train");
  });
});
