import { Dropout, tensor, Tensor } from "chainrule";
import { errorOf, numbers, ones } from "../tools.ts";

const x = tensor([[1, 2, 4, 8]]);
const mask = tensor([[1, 0, 1, 0]]);
const dy = tensor([[1, 3, 5, 7]]);

/** The layer's output in a mode, and the gradient that comes back for dy. */
function pass(layer: Dropout): { y: number[]; dx: number[] } {
  return { y: numbers(layer.forward(x)), dx: numbers(layer.backward(dy)) };
}

describe("Dropout, inverted", () => {
  const layer = () => new Dropout({ keep: 0.25 }).useMask(mask);

  test("in train divides what it keeps, and its gradient, by keep", () => {
    expect(pass(layer())).toEqual({ y: [4, 0, 16, 0], dx: [4, 0, 20, 0] });
  });

  test("in eval changes nothing", () => {
    expect(pass(layer().eval())).toEqual({ y: [1, 2, 4, 8], dx: [1, 3, 5, 7] });
  });
});

describe("Dropout, at-eval", () => {
  const layer = () => new Dropout({ keep: 0.25, scaling: "at-eval" }).useMask(mask);

  test("in train only masks", () => {
    expect(pass(layer())).toEqual({ y: [1, 0, 4, 0], dx: [1, 0, 5, 0] });
  });

  test("in eval multiplies by keep", () => {
    expect(pass(layer().eval())).toEqual({ y: [0.25, 0.5, 1, 2], dx: [0.25, 0.75, 1.25, 1.75] });
  });
});

describe("what Dropout is told", () => {
  test("drop is one minus keep", () => {
    expect(new Dropout({ drop: 0.25 }).keep).toBe(0.75);
  });

  test("scaling is inverted unless at-eval is asked for", () => {
    expect(new Dropout({ keep: 0.8 }).scaling).toBe("inverted");
  });

  test("drop 0 keeps everything", () => {
    expect(numbers(new Dropout({ drop: 0 }).forward(x))).toEqual([1, 2, 4, 8]);
  });

  test.each([{ keep: 0.8, drop: 0.2 }, {}, undefined])("%j is refused, with an example", (options) => {
    expect(errorOf(() => new Dropout(options as never))).toMatchObject({
      where: "Dropout",
      allowed: "one of keep and drop",
      advice: expect.stringContaining("{ keep: 0.8 }") as string,
    });
  });

  test("drop 1 is refused, and the error says what drop means", () => {
    expect(errorOf(() => new Dropout({ drop: 1 }))).toMatchObject({
      where: "Dropout drop", given: "1", advice: expect.stringContaining("DROPPING") as string,
    });
  });

  test("its text has keep, and the scaling where it is not the default", () => {
    expect(String(new Dropout({ keep: 0.8 }))).toBe("Dropout(keep 0.8)");
    expect(String(new Dropout({ drop: 0.75, scaling: "at-eval" }))).toBe("Dropout(keep 0.25, at-eval)");
  });
});

describe("keep 1", () => {
  test("is the identity bit for bit in train, -0 and NaN included", () => {
    const odd = new Tensor(Float32Array.of(-0, NaN, Infinity, 1e-45, -3), [1, 5]);
    const y = new Dropout({ keep: 1 }).forward(odd);
    expect(new Uint32Array(y.data.slice().buffer)).toEqual(new Uint32Array(odd.data.slice().buffer));
  });

  test("gives dy back bit for bit", () => {
    const layer = new Dropout({ keep: 1 });
    layer.forward(x);
    expect(numbers(layer.backward(tensor([[-0, 1, 2, 3]])))).toEqual([-0, 1, 2, 3]);
  });

  test("at-eval is the identity in both modes", () => {
    const layer = new Dropout({ keep: 1, scaling: "at-eval" });
    expect(numbers(layer.forward(x))).toEqual([1, 2, 4, 8]);
    expect(numbers(layer.eval().forward(x))).toEqual([1, 2, 4, 8]);
  });
});

test.each([Infinity, NaN, -5])("a dropped unit is +0 whatever it held (%d)", (held) => {
  const y = new Dropout({ keep: 0.25 }).useMask(tensor([[0]])).forward(tensor([[held]]));
  expect(Object.is(y.data[0], 0)).toBe(true);
});

describe("the mask", () => {
  test("is undefined before a forward in train, and after one in eval", () => {
    const layer = new Dropout({ keep: 0.3 });
    expect(layer.mask).toBeUndefined();
    layer.eval().forward(x);
    expect(layer.mask).toBeUndefined();
  });

  test("is 1 where the output is x / keep and 0 where it is 0", () => {
    const layer = new Dropout({ keep: 0.3 });
    const y = layer.forward(ones(3, 50));
    const kept = Math.fround(1 / 0.3);
    expect(numbers(y)).toEqual(numbers(layer.mask as Tensor).map((bit) => bit * kept));
  });

  test("handed out is a copy: changing it changes no gradient", () => {
    const layer = new Dropout({ keep: 0.25 }).useMask(mask);
    layer.forward(x);
    layer.mask?.data.fill(1);
    expect(numbers(layer.backward(dy))).toEqual([4, 0, 20, 0]);
  });

  test("handed in is a copy: changing it changes no output", () => {
    const mine = tensor([[1, 0, 1, 0]]);
    const layer = new Dropout({ keep: 0.25 }).useMask(mine);
    mine.data.fill(0);
    expect(numbers(layer.forward(x))).toEqual([4, 0, 16, 0]);
  });

  test("given is used until it is taken away", () => {
    const layer = new Dropout({ keep: 0.25, seed: 1 }).useMask(mask);
    expect([numbers(layer.forward(x)), numbers(layer.forward(x))]).toEqual([[4, 0, 16, 0], [4, 0, 16, 0]]);
    layer.useMask(undefined).forward(ones(1, 200));
    expect(layer.mask?.shape).toEqual([1, 200]);
  });

  test("given of another shape is refused in forward, with both shapes", () => {
    const layer = new Dropout({ keep: 0.25 }).useMask(tensor([[1, 0]]));
    expect(errorOf(() => layer.forward(x))).toMatchObject({ given: "shape [1, 2]", allowed: "shape [1, 4]" });
  });

  test.each([0.5, 2, -1, NaN])("given with %d in it is refused", (value) => {
    expect(errorOf(() => new Dropout({ keep: 0.25 }).useMask(tensor([[1, value]]))).given).toBe(String(value));
  });

  test("given as nested arrays is refused by name", () => {
    expect(errorOf(() => new Dropout({ keep: 0.25 }).useMask([[1, 0]] as never))).toMatchObject({
      where: "Dropout mask", given: "an array of 1", allowed: "a Tensor",
    });
  });
});
