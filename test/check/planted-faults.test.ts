import { gradientCheck, Sequential, tensor, type GradientReport, type Layer } from "chainrule";
import {
  DrawsAgainInBackward, ForgetsBias, ForgetsMask, ForgetsScale, GivesNaN, MaskFromOutput,
  OverwritesGradient, RightAffine, RightDropout, TransposesWeight,
} from "../fixtures/faulty.ts";
import { spread } from "../tools.ts";

/** So many numbers that no mask keeps, or drops, all of them. */
const x = spread(20, 3);
const wrongEntries = ({ entries }: GradientReport) =>
  entries.filter(({ error }) => !(error <= 1e-7)).map(({ name }) => name);

describe.each([
  ["a forgotten 1/keep", () => new ForgetsScale(), ["x"]],
  ["a forgotten mask", () => new ForgetsMask(), ["x"]],
  ["a fresh mask drawn in backward", () => new DrawsAgainInBackward(), ["x"]],
  ["dw overwritten instead of added to", () => new OverwritesGradient(), ["weight"]],
  ["a transposed weight in dx", () => new TransposesWeight(), ["x"]],
  ["a forgotten db", () => new ForgetsBias(), ["bias"]],
  ["a NaN in dx", () => new GivesNaN(), ["x"]],
] as [string, () => Layer, string[]][])("%s is found", (_, make, where) => {
  test("in the layer alone, and nowhere else than there", () => {
    const report = gradientCheck(make(), x);
    expect(report.passed).toBe(false);
    expect(wrongEntries(report)).toEqual(where);
  });

  test("in a network", () => {
    expect(gradientCheck(new Sequential([new RightAffine(), make(), new RightAffine()]), x).passed).toBe(
      false,
    );
  });

  test("whatever the seed of the check", () => {
    const passed = Array.from({ length: 20 }, (_none, seed) => gradientCheck(make(), x, { seed }).passed);
    expect(passed).not.toContain(true);
  });
});

test.each([new RightDropout(), new RightAffine()])("%s, without a fault, passes", (layer) => {
  expect(gradientCheck(layer, x).passed).toBe(true);
});

test("a mask taken from the output is found where x is 0", () => {
  const zeroInput = tensor([Array<number>(20).fill(0)]);
  expect(gradientCheck(new MaskFromOutput(), zeroInput).passed).toBe(false);
});
