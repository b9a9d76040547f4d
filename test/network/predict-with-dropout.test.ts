import {
  Affine, BatchNorm, DropConnect, Dropout, predictWithDropout, ReLU, Sequential, Softmax, tensor, type Layer,
  type Tensor,
} from "chainrule";
import { errorOf, numbers, spread32 } from "../tools.ts";

const x = spread32(5, 4);
const make = (...middle: Layer[]) =>
  new Sequential([new Affine(4, 6), new ReLU(), ...middle, new Affine(6, 3), new Softmax()], { seed: 2 });

test("with a unit kept at 0.8, mean and standard deviation are those of x · mask / keep, within 5 sigma", () => {
  const network = new Sequential([new Dropout({ keep: 0.8 })]), passes = 4000;
  const { mean, standardDeviation } = predictWithDropout(network, [[3]], { passes });
  // Variance 9 · 0.2 / 0.8; that of the sample's variance by the fourth moment, 81 · 0.2 · 0.8 · (0.2³ + 0.8³) / 0.8⁴.
  const sigma2 = 2.25, fourth = (81 * 0.2 * 0.8 * (0.008 + 0.512)) / 0.4096;
  expect(Math.abs(mean.data[0] - 3)).toBeLessThan(5 * Math.sqrt(sigma2 / passes));
  const slack = 5 * Math.sqrt((fourth - sigma2 * sigma2) / passes);
  expect(Math.abs(standardDeviation.data[0] ** 2 - sigma2)).toBeLessThan(slack);
});

test("two passes with masks that are given are told exactly", () => {
  const network = new Sequential([new Dropout({ keep: 0.25 }).useMask(tensor([[1, 0]]))]);
  const { mean, standardDeviation } = predictWithDropout(network, [[1, 2]], { passes: 2 });
  expect([numbers(mean), numbers(standardDeviation)]).toEqual([[4, 0], [0, 0]]);
});

test("the same seed gives the same numbers, another one others", () => {
  const network = make(new Dropout({ keep: 0.7 }));
  const means = (seed?: number) => numbers(predictWithDropout(network, x, { passes: 5, ...(seed !== undefined && { seed }) }).mean);
  expect(means(0)).toEqual(means());
  expect(means(1)).not.toEqual(means(2));
});

test("nothing of the network changes: modes, masks, counts, what is remembered and what training draws next", () => {
  const build = () => make(new BatchNorm(6), new Dropout({ keep: 0.7 }), new DropConnect(6, 6, { keep: 0.6 }));
  const untouched = build(), asked = build();
  for (const network of [untouched, asked]) network.forward(x);
  asked.layers[2].eval();
  const state = JSON.stringify(asked.state()), mask = (asked.layers[3] as Dropout).mask;
  predictWithDropout(asked, spread32(3, 4), { passes: 7 });
  expect(JSON.stringify(asked.state())).toBe(state);
  expect((asked.layers[3] as Dropout).mask).toEqual(mask);
  expect(asked.layers.map(({ mode }) => mode)).toEqual(["train", "train", "eval", "train", "train", "train", "train"]);
  asked.layers[2].train();
  expect(numbers(asked.backward(spread32(5, 3)))).toEqual(numbers(untouched.backward(spread32(5, 3))));
  expect(numbers(asked.forward(x))).toEqual(numbers(untouched.forward(x)));
});

test("BatchNorm uses its running statistics: one row's prediction does not depend on the others", () => {
  const network = make(new BatchNorm(6), new Dropout({ keep: 1 }));
  for (let step = 0; step < 20; step++) network.forward(x);
  const all = predictWithDropout(network, x, { passes: 3 }).mean, usual = network.predict(x);
  expect(numbers(all)).toEqual(numbers(usual));
});

test("dropout inside inner networks draws too", () => {
  const network = new Sequential([make(new Dropout({ keep: 0.6 }))]);
  const { standardDeviation } = predictWithDropout(network, x, { passes: 20 });
  expect(Math.max(...numbers(standardDeviation))).toBeGreaterThan(0.001);
});

test("layers of one network draw masks of their own", () => {
  const network = new Sequential([new Dropout({ keep: 0.6 }), new Dropout({ keep: 0.6 })]);
  // With one mask for both, a share of 0.6 would go through; it is 0.36 of 2,000, within 5 sigma.
  const y: Tensor = predictWithDropout(network, spread32(1, 2000), { passes: 1 }).mean;
  const kept = numbers(y).filter((value) => value !== 0).length;
  expect(Math.abs(kept - 720)).toBeLessThan(5 * Math.sqrt(2000 * 0.36 * 0.64));
});

describe("predictWithDropout refuses", () => {
  test("a network without dropout", () => {
    expect(errorOf(() => predictWithDropout(make(), x, { passes: 3 })).given).toBe("a network without dropout");
  });

  test.each([0, 1.5, undefined])("%p passes", (passes) => {
    const network = make(new Dropout({ keep: 0.7 }));
    expect(errorOf(() => predictWithDropout(network, x, { passes } as never)).where).toBe("predictWithDropout passes");
  });

  test("an unknown option", () => {
    const network = make(new Dropout({ keep: 0.7 }));
    expect(errorOf(() => predictWithDropout(network, x, { pases: 3 } as never)).advice).toBe("Did you mean passes?");
  });
});
