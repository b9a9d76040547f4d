import {
  AdaGrad, Adam, AdamW, Parameter, RMSProp, SGD, tensor, type Optimizer, type ParameterOptions,
} from "chainrule";
import { double, errorOf, expectClose, numbers } from "../tools.ts";

/** A parameter at 1 with the gradient 2, in float64. */
function parameter(options: ParameterOptions = {}): Parameter {
  const made = new Parameter("w", double([1]), options);
  made.grad.data.fill(2);
  return made;
}

/** Where that parameter is after each of some steps. */
function path(optimizer: Optimizer, steps: number, made = parameter()): number[] {
  return Array.from({ length: steps }, () => {
    optimizer.step([made]);
    return made.value.data[0];
  });
}

const ALL: readonly (readonly [string, (options?: object) => Optimizer])[] = [
  ["SGD", (options) => new SGD({ learningRate: 0.1, momentum: 0.9, dampening: 0.2, ...options })],
  ["Adam", (options) => new Adam({ learningRate: 0.1, ...options })],
  ["AdamW", (options) => new AdamW({ learningRate: 0.1, ...options })],
  ["RMSProp", (options) => new RMSProp({ learningRate: 0.1, momentum: 0.9, centered: true, ...options })],
  ["AdaGrad", (options) => new AdaGrad({ learningRate: 0.1, ...options })],
];

describe("by hand, from w = 1 with dw = 2", () => {
  test("Adam's means are exact for an even gradient: each step is lr·2 / (2 + ε)", () => {
    expectClose(path(new Adam({ learningRate: 0.1, epsilon: 0.5 }), 2), [0.92, 0.84], 1e-14);
  });

  test("AdamW shrinks the weight by lr·λ first: 1·0.95 - 0.08, then 0.87·0.95 - 0.08", () => {
    const adamW = new AdamW({ learningRate: 0.1, weightDecay: 0.5, epsilon: 0.5 });
    expectClose(path(adamW, 2), [0.87, 0.7465], 1e-14);
  });

  test("AdamW decays by 0.01 where nothing is said, Adam not at all", () => {
    const options = { learningRate: 0.1, epsilon: 0.5 };
    expectClose(path(new AdamW(options), 1), [0.999 - 0.08], 1e-14);
    expectClose(path(new Adam(options), 1), [0.92], 1e-14);
  });

  test("RMSProp with α = 0.75: s = 1, then 1.75", () => {
    const rmsProp = new RMSProp({ learningRate: 0.1, decayRate: 0.75, epsilon: 1 });
    expectClose(path(rmsProp, 2), [0.9, 0.9 - 0.2 / (Math.sqrt(1.75) + 1)], 1e-14);
  });

  test("RMSProp centered: a = 0.5, so s - a² = 0.75", () => {
    const rmsProp = new RMSProp({ learningRate: 0.1, decayRate: 0.75, centered: true, epsilon: 1 });
    expectClose(path(rmsProp, 1), [1 - 0.2 / (Math.sqrt(0.75) + 1)], 1e-14);
  });

  test("RMSProp with momentum: b = 1, then 0.5·1 + 2 / (√1.75 + 1)", () => {
    const rmsProp = new RMSProp({ learningRate: 0.1, decayRate: 0.75, momentum: 0.5, epsilon: 1 });
    expectClose(path(rmsProp, 2), [0.9, 0.9 - 0.1 * (0.5 + 2 / (Math.sqrt(1.75) + 1))], 1e-14);
  });

  test("AdaGrad: s = 4, then 8, with the rate falling to lr / 2", () => {
    const adaGrad = new AdaGrad({ learningRate: 0.1, learningRateDecay: 1, epsilon: 2 });
    expectClose(path(adaGrad, 2), [0.95, 0.95 - 0.05 * 2 / (Math.sqrt(8) + 2)], 1e-14);
  });

  test("SGD with dampening 0.25: v = 2, then 0.5·2 + 0.75·2", () => {
    const sgd = new SGD({ learningRate: 0.1, momentum: 0.5, dampening: 0.25 });
    expectClose(path(sgd, 2), [0.8, 0.8 - 0.25], 1e-14);
  });
});

describe.each(ALL)("%s", (name, make) => {
  test("with a step that cannot be made changes nothing: no weight, no state", () => {
    const good = parameter(), bad = new Parameter("bad", double([1, 2])), optimizer = make();
    bad.grad.data.set([1, 1]);
    optimizer.step([good, bad]);
    const before = [numbers(good.value), numbers(bad.value), optimizer.state?.([good, bad])];
    bad.grad.data[1] = NaN;
    expect(errorOf(() => optimizer.step([good, bad]))).toMatchObject({
      name: "NumericError", where: `${name}, parameter "bad"`, given: "a gradient that is not finite, NaN at [1]",
    });
    expect([numbers(good.value), numbers(bad.value), optimizer.state?.([good, bad])]).toEqual(before);
  });

  test("goes on from its state, by way of JSON, as if nothing had been", () => {
    const one = make(), straight = path(one, 5), first = make(), made = parameter();
    path(first, 2, made);
    first.learningRate = 0.1;
    const state = JSON.parse(JSON.stringify(first.state?.([made]))) as never;
    const second = make({ learningRate: 7 });
    second.load?.(state, [made]);
    expect(second.learningRate).toBe(0.1);
    expect(path(second, 3, made)).toEqual(straight.slice(2));
  });

  test("refuses a state that does not fit, listing what is wrong, and keeps its own", () => {
    const made = parameter(), optimizer = make();
    path(optimizer, 1, made);
    const before = optimizer.state?.([made]), other = new Parameter("other", double([1, 2]));
    other.grad.data.fill(1);
    const foreign = make();
    foreign.step([other]);
    const state = foreign.state?.([other]) as Record<string, never>;
    const refused = (given: object) => errorOf(() => optimizer.load?.(given as never, [made]));
    expect(refused(state)).toMatchObject({
      name: "DataError", where: `${name}.load`,
      given: expect.stringContaining('for "w", float64 [1]') as string,
    });
    expect(refused({ ...state, parameters: [] }).given).toBe("0 parameters, not 1");
    expect(refused({ ...(before as object), optimizer: "Other" }).given).toBe('the state of "Other"');
    expect(optimizer.state?.([made])).toEqual(before);
  });

  test("has no state of a parameter it has not stepped", () => {
    expect(make().state?.([parameter()])).toMatchObject({ parameters: [null] });
  });

  test("takes groups: another rate, another decay, and each parameter in one of them", () => {
    const [rest, slow, bare] = [parameter(), parameter(), parameter()];
    const groups = [
      { parameters: [slow], learningRateFactor: 0 }, { parameters: [bare], weightDecay: 0 },
    ];
    const optimizer = make({ groups, weightDecay: 0.5 }), plain = make({ weightDecay: 0 });
    const decaying = make({ weightDecay: 0.5 });
    for (let step = 0; step < 3; step++) optimizer.step([rest, slow, bare]);
    expect(numbers(slow.value)).toEqual([1]);
    expect(numbers(bare.value)).toEqual([path(plain, 3)[2]]);
    expect(numbers(rest.value)).toEqual([path(decaying, 3)[2]]);
    const twice = [{ parameters: [slow] }, { parameters: [slow] }];
    expect(errorOf(() => make({ groups: twice }))).toMatchObject({
      where: `${name} groups[1] parameters`, given: 'parameter "w" for the second time',
    });
    const misspelt = [{ parameters: [slow], lr: 1 }];
    expect(errorOf(() => make({ groups: misspelt })).given).toBe('an unknown option "lr"');
  });

  test("leaves a parameter that opts out of decay alone, also in a group with one", () => {
    const made = parameter({ decay: false });
    const optimizer = make({ groups: [{ parameters: [made], weightDecay: 0.5 }], weightDecay: 0.5 });
    expect(path(optimizer, 2, made)).toEqual(path(make({ weightDecay: 0 }), 2));
  });

  test("keeps the array that was handed out", () => {
    const made = parameter(), { data } = made.value;
    path(make(), 2, made);
    expect(made.value.data).toBe(data);
  });

  test("counts the steps of each parameter by itself", () => {
    const [early, late] = [parameter(), parameter()], optimizer = make();
    optimizer.step([early]);
    optimizer.step([early, late]);
    expect(numbers(late.value)).toEqual([path(make(), 1)[0]]);
  });

  test("in float32 gives float32 numbers near those of float64", () => {
    const made = new Parameter("w", tensor([1]));
    made.grad.data.fill(2);
    expectClose(path(make(), 3, made), path(make(), 3), 1e-6);
  });

  test.each([["learningRate", -1], ["learningRate", NaN], ["weightDecay", -1], ["groups", {}]])(
    "refuses %s %p", (option, value) => {
      expect(errorOf(() => make({ [option]: value })).where).toBe(`${name} ${option}`);
    },
  );
});

test.each([
  ["Adam beta1", () => new Adam({ learningRate: 1, beta1: 1 })],
  ["AdamW beta2", () => new AdamW({ learningRate: 1, beta2: -0.1 })],
  ["Adam epsilon", () => new Adam({ learningRate: 1, epsilon: 0 })],
  ["RMSProp decayRate", () => new RMSProp({ learningRate: 1, decayRate: 1 })],
  ["RMSProp momentum", () => new RMSProp({ learningRate: 1, momentum: 1 })],
  ["AdaGrad learningRateDecay", () => new AdaGrad({ learningRate: 1, learningRateDecay: NaN })],
  ["SGD dampening", () => new SGD({ learningRate: 1, dampening: 0.5 })],
  ["SGD nesterov", () => new SGD({ learningRate: 1, momentum: 0.9, dampening: 0.5, nesterov: true })],
  ["AdamW learningRate", () => new AdamW(undefined as never)],
])("%s out of range is refused", (where, make) => {
  expect(errorOf(make)).toMatchObject({ name: "OptionError", where });
});
