import { MaxNorm, Parameter, SGD, tensor, type ParameterOptions } from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

type Options = ConstructorParameters<typeof SGD>[0];

/** A parameter at 1 with the gradient 2, in float64. */
function parameter(options: ParameterOptions = {}): Parameter {
  const made = new Parameter("w", double([1]), options);
  made.grad.data.fill(2);
  return made;
}

/** Where that parameter is after each of some steps. */
function path(options: Options, steps: number, made = parameter()): number[] {
  const sgd = new SGD(options);
  return Array.from({ length: steps }, () => {
    sgd.step([made]);
    return made.value.data[0];
  });
}

describe("SGD by hand, from w = 1 with dw = 2", () => {
  test("w ← w - lr·dw", () => {
    expectClose(path({ learningRate: 0.1 }, 2), [0.8, 0.6], 1e-15);
  });

  test("with momentum 0.9: v = 2, then 3.8", () => {
    expectClose(path({ learningRate: 0.1, momentum: 0.9 }, 2), [0.8, 0.42], 1e-15);
  });

  test("with Nesterov's momentum: 2 + 0.9·2, then 2 + 0.9·3.8", () => {
    expectClose(path({ learningRate: 0.1, momentum: 0.9, nesterov: true }, 2), [0.62, 0.62 - 0.542], 1e-15);
  });

  test("with weight decay 0.5 dw is 2 + 0.5·w: 2.5, then 2.375", () => {
    expectClose(path({ learningRate: 0.1, weightDecay: 0.5 }, 2), [0.75, 0.5125], 1e-15);
  });

  test("decay goes into the velocity", () => {
    expectClose(
      path({ learningRate: 0.1, momentum: 0.5, weightDecay: 0.5 }, 2),
      [0.75, 0.75 - 0.1 * (1.25 + 2.375)],
      1e-15,
    );
  });

  test("a learning rate of 0 moves nothing", () => {
    expect(path({ learningRate: 0, momentum: 0.9 }, 2)).toEqual([1, 1]);
  });
});

describe("SGD", () => {
  test("a rate set between steps acts at once on all of the velocity", () => {
    const made = parameter(), sgd = new SGD({ learningRate: 0.1, momentum: 0.9 });
    sgd.step([made]);
    sgd.learningRate = 1;
    sgd.step([made]);
    expectClose(made.value, [0.8 - 3.8], 1e-15);
  });

  test("a parameter that opts out does not decay", () => {
    expect(path({ learningRate: 0.1, weightDecay: 0.5 }, 1, parameter({ decay: false }))).toEqual([0.8]);
  });

  test("a frozen parameter is left alone, and goes on when it is thawed", () => {
    const made = parameter();
    made.frozen = true;
    expect(path({ learningRate: 0.1, weightDecay: 0.5 }, 1, made)).toEqual([1]);
    made.frozen = false;
    expect(path({ learningRate: 0.1 }, 1, made)).toEqual([0.8]);
  });

  test("reads the gradient and does not clear it", () => {
    const made = parameter();
    path({ learningRate: 0.1 }, 1, made);
    expect(numbers(made.grad)).toEqual([2]);
  });

  test("steps a parameter that is listed twice once", () => {
    const made = parameter();
    new SGD({ learningRate: 0.1 }).step([made, made]);
    expectClose(made.value, [0.8], 1e-15);
  });

  test("keeps one velocity for each parameter", () => {
    const [a, b] = [parameter(), parameter()], sgd = new SGD({ learningRate: 0.1, momentum: 0.9 });
    sgd.step([a]);
    sgd.step([a, b]);
    expectClose([a, b].map(({ value }) => value.data[0]), [0.42, 0.8], 1e-15);
  });

  test("applies the constraint after its update", () => {
    const made = new Parameter("w", double([[3], [4]]), { constraint: new MaxNorm(2.5) });
    made.grad.data.set([-3, -4]);
    new SGD({ learningRate: 1 }).step([made]);
    expectClose(made.value, [1.5, 2], 1e-15);
  });

  test("updates in the array that was handed out", () => {
    const made = parameter(), { value } = made;
    path({ learningRate: 0.1 }, 1, made);
    expect(made.value).toBe(value);
  });

  test("in float32 rounds each operation: 1 - 0.1·2 with the rate rounded first", () => {
    const made = new Parameter("w", tensor([1]));
    made.grad.data.fill(2);
    new SGD({ learningRate: 0.1 }).step([made]);
    const { fround } = Math;
    expect(made.value.data[0]).toBe(fround(1 - fround(fround(0.1) * 2)));
  });
});

describe("a step that cannot be made changes nothing", () => {
  const big = () => new Parameter("big", double([1e308, 1]));

  test.each([
    ["a gradient of NaN", NaN, "a gradient that is not finite, NaN at [0]"],
    ["a gradient of Infinity", Infinity, "a gradient that is not finite, Infinity at [0]"],
    ["an update that overflows", -1e308, "an update that overflows, Infinity at [0]"],
  ])("%s: no weight and no velocity, of any parameter", (_, gradient, given) => {
    const good = parameter(), bad = big(), sgd = new SGD({ learningRate: 1, momentum: 0.5 });
    bad.grad.data[0] = 0;
    sgd.step([good, bad]);
    const before = [good, bad].map(({ value }) => numbers(value));
    bad.grad.data[0] = gradient;
    expect(errorOf(() => sgd.step([good, bad]))).toMatchObject({
      name: "NumericError",
      where: 'SGD, parameter "big"',
      given,
      advice: expect.stringContaining("(now 1)") as string,
    });
    expect([good, bad].map(({ value }) => numbers(value))).toEqual(before);
    bad.grad.data[0] = 0;
    sgd.step([good, bad]);
    expect(numbers(good.value)).toEqual([1 - 2 - 3]);
  });
});

describe("SGD refuses", () => {
  const refused = (options: object) => errorOf(() => new SGD({ learningRate: 0.1, ...options }));

  test.each([-0.1, NaN, Infinity, "0.1", null, undefined])("the learning rate %p", (learningRate) => {
    expect(refused({ learningRate })).toMatchObject({ name: "OptionError", where: "SGD learningRate" });
  });

  test.each([-0.1, NaN, Infinity, 1, 2, "0.9"])("the momentum %p", (momentum) => {
    expect(refused({ momentum })).toMatchObject({
      where: "SGD momentum",
      allowed: "a finite number at least 0 and below 1",
    });
  });

  test.each([-0.1, NaN, Infinity])("the weight decay %p", (weightDecay) => {
    expect(refused({ weightDecay }).where).toBe("SGD weightDecay");
  });

  test("a bad learning rate between steps, keeping the one it had", () => {
    const sgd = new SGD({ learningRate: 0.1 });
    errorOf(() => { sgd.learningRate = NaN; });
    expect(sgd.learningRate).toBe(0.1);
  });

  test("Nesterov without momentum", () => {
    expect(refused({ nesterov: true })).toMatchObject({
      where: "SGD nesterov",
      given: "nesterov without momentum",
    });
  });

  test("a nesterov that is neither true nor false", () => {
    expect(refused({ momentum: 0.9, nesterov: "false" }).where).toBe("SGD nesterov");
  });

  test("no options at all, and no parameters", () => {
    expect(errorOf(() => new SGD(undefined as never)).where).toBe("SGD learningRate");
    expect(errorOf(() => new SGD({ learningRate: 1 }).step([]))).toMatchObject({
      where: "SGD",
      given: "no parameters",
    });
  });
});
