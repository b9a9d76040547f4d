import { clipGradientNorm, clipGradientValue, Parameter, tensor, zeros } from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

function withGradient(...gradient: number[]): Parameter {
  const made = new Parameter("w", double(gradient.map(() => 0)));
  made.grad.data.set(gradient);
  return made;
}

describe("clipGradientNorm", () => {
  test("scales 3 and 4, of norm 5, by one factor to norm 1, and gives the 5", () => {
    const [a, b] = [withGradient(3), withGradient(4)];
    expect(clipGradientNorm([a, b], 1)).toBe(5);
    expectClose([a.grad.data[0], b.grad.data[0]], [0.6, 0.8], 1e-6);
  });

  test("divides by the norm plus 1e-6, as PyTorch's clip_grad_norm_ does", () => {
    const made = withGradient(3, 4);
    clipGradientNorm([made], 1);
    // 3 / 5.000001 and 4 / 5.000001, by long division.
    expectClose(numbers(made.grad), [0.59999988000002400, 0.79999984000003200], 1e-15);
  });

  test("leaves alone, to the last bit, what is short enough", () => {
    const made = withGradient(0.3, -0.4);
    clipGradientNorm([made], 1);
    expect(numbers(made.grad)).toEqual([0.3, -0.4]);
  });

  test("gradients of 0 have the norm 0 and stay", () => {
    const made = withGradient(0, 0);
    expect(clipGradientNorm([made], 1)).toBe(0);
    expect(numbers(made.grad)).toEqual([0, 0]);
  });

  test("a parameter listed twice counts once, a frozen one not at all", () => {
    const [made, frozen] = [withGradient(3, 4), withGradient(100)];
    frozen.frozen = true;
    expect(clipGradientNorm([made, made, frozen], 1)).toBe(5);
    expect(numbers(frozen.grad)).toEqual([100]);
  });

  test.each([NaN, Infinity, -Infinity])("fault 25: a gradient of %p is refused, nothing multiplied by it", (wrong) => {
    const [good, bad] = [withGradient(3), withGradient(1, wrong)];
    expect(errorOf(() => clipGradientNorm([good, bad], 1))).toMatchObject({
      name: "NumericError", where: 'clipGradientNorm, parameter "w"',
      given: `a gradient that is not finite, ${wrong} at [1]`,
    });
    expect([numbers(good.grad), numbers(bad.grad)]).toEqual([[3], [1, wrong]]);
  });

  test("a norm that overflows is refused", () => {
    expect(errorOf(() => clipGradientNorm([withGradient(1.7e308, 1.7e308)], 1)).given)
      .toBe("gradients whose norm overflows");
  });

  test("a norm that overflows in float32 is refused, with no gradient set to 0", () => {
    const made = new Parameter("w", tensor([0, 0]));
    made.grad.data.set([3e38, 3e38]);
    expect(errorOf(() => clipGradientNorm([made], 1)).given).toBe("gradients whose norm overflows");
    expect(numbers(made.grad)).toEqual([Math.fround(3e38), Math.fround(3e38)]);
  });

  test.each([1e200, 3e307, 1e-170, 1e-300])("in float64, gradients of 3 and 4 times %p have the norm 5 times it", (size) => {
    const norm = clipGradientNorm([withGradient(3 * size), withGradient(4 * size)], 1);
    expect(norm / size).toBeCloseTo(5, 14);
  });

  test.each([1e200, 3e307])("and are scaled, by one factor, to a norm of 1 from %p", (size) => {
    const made = withGradient(3 * size, 4 * size);
    clipGradientNorm([made], 1);
    expectClose(made.grad, [0.6, 0.8], 1e-15);
  });

  test.each(["float32", "float64"] as const)("a factor too small for %s makes no gradient 0", (dtype) => {
    // 1e-9 / 2.5e38 = 4e-48 is 0 in float32, and 1e-9 / 1e308 = 1e-317 has few digits in float64.
    const size = dtype === "float32" ? 5e37 : 2e307;
    const made = new Parameter("w", zeros([2], dtype));
    made.grad.data.set([3 * size, 4 * size]);
    clipGradientNorm([made], 1e-9);
    expectClose([made.grad.data[0] * 1e9, made.grad.data[1] * 1e9], [0.6, 0.8], 1e-6);
  });

  test("float32 gradients, whose squares would overflow in float32, have a norm", () => {
    const made = new Parameter("w", tensor([0, 0]));
    made.grad.data.set([3e30, 4e30]);
    expect(clipGradientNorm([made], 1)).toBe(Math.fround(5e30));
    expectClose(made.grad, [0.6, 0.8], 1e-6);
  });

  test.each([0, -1, NaN, Infinity, "1"])("a limit of %p is refused", (limit) => {
    expect(errorOf(() => clipGradientNorm([withGradient(1)], limit as number)).where)
      .toBe("clipGradientNorm maxNorm");
  });
});

describe("clipGradientValue", () => {
  test("holds each number between the limits", () => {
    const made = withGradient(3, -0.2, -7, 0.5);
    clipGradientValue([made], 0.5);
    expect(numbers(made.grad)).toEqual([0.5, -0.2, -0.5, 0.5]);
  });

  test("what is not finite is refused, with nothing changed", () => {
    const made = withGradient(3, NaN);
    expect(errorOf(() => clipGradientValue([made], 1)).name).toBe("NumericError");
    expect(numbers(made.grad)).toEqual([3, NaN]);
  });
});
