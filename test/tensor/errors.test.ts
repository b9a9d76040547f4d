import { Affine, ChainruleError, Dropout, OptionError, SGD } from "chainrule";
import { checkInteger, checkNumber } from "../../src/tensor/checks.ts";
import { nearestName, show } from "../../src/tensor/errors.ts";
import { errorOf } from "../tools.ts";

describe("an error", () => {
  const error = new OptionError({
    where: "Dropout keep",
    given: "2",
    allowed: "at most 1",
    advice: "Use 0.8.",
  });

  test("can be read field by field", () => {
    expect(error).toMatchObject({
      where: "Dropout keep",
      given: "2",
      allowed: "at most 1",
      advice: "Use 0.8.",
    });
  });

  test("says it all in one line", () => {
    expect(error.message).toBe("Dropout keep: expected at most 1, got 2. Use 0.8.");
  });

  test("is an Error, a ChainruleError, and carries the name of its kind", () => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(ChainruleError);
    expect(error.name).toBe("OptionError");
  });

  test("without advice ends after what is allowed", () => {
    expect(new ChainruleError({ where: "x", given: "1", allowed: "2" })).toMatchObject({
      message: "x: expected 2, got 1.", advice: "",
    });
  });
});

describe("values in messages", () => {
  test.each([
    ["a string in quotes", "0.5", '"0.5"'],
    ["a number", 0.5, "0.5"],
    ["minus zero", -0, "-0"],
    ["NaN", NaN, "NaN"],
    ["null", null, "null"],
    ["undefined", undefined, "undefined"],
    ["an array by its length", [1, 2], "an array of 2"],
    ["an instance by its class", new Map(), "a Map"],
    ["an instance of a class with a vowel", new Affine(1, 1), "an Affine"],
    ["a plain object", {}, "a plain object"],
    ["a class by its name", Affine, "the function Affine"],
    ["an object without a class", Object.create(null), "a plain object"],
  ])("show %s", (_, value, text) => {
    expect(show(value)).toBe(text);
  });
});

describe("the nearest name", () => {
  const SGD_NAMES = ["learningRate", "momentum", "nesterov", "weightDecay"];

  test.each([
    ["lr", "learningRate"], ["learningrate", "learningRate"], ["learning_rate", "learningRate"],
    ["rate", "learningRate"], ["wd", "weightDecay"], ["decay", "weightDecay"], ["momentun", "momentum"],
    ["Nesterov", "nesterov"], ["momnetum", "momentum"], ["learning-rate", "learningRate"],
  ])("of %s is %s", (given, meant) => {
    expect(nearestName(given, SGD_NAMES)).toBe(meant);
  });

  test.each(["p", "foo", "size", "step", "output", "epsilon"])("of %s is undefined, as none is near", (given) => {
    expect(nearestName(given, [...SGD_NAMES, "keep", "test", "input"])).toBeUndefined();
  });

  test("of a flag is found by the first letters of its words, either way", () => {
    expect(nearestName("--learning-rate", ["--lr"])).toBe("--lr");
    expect(nearestName("--bs", ["--lr", "--batch-size"])).toBe("--batch-size");
  });

  test("of a name in other letters is not that of any other such name", () => {
    expect(nearestName("цена", ["размер", "цены"])).toBe("цены");
  });

  test("is left out of the advice if none is near", () => {
    expect(errorOf(() => new SGD({ colour: 1 } as never)).advice).toBe("");
  });

  test("of nothing known is undefined", () => {
    expect(nearestName("lr", [])).toBeUndefined();
  });

  test("is suggested for an option nobody knows", () => {
    expect(errorOf(() => new SGD({ learningrate: 0.1 } as never))).toMatchObject({
      where: "SGD", given: 'an unknown option "learningrate"', advice: "Did you mean learningRate?",
    });
  });

  test("is suggested for a word nobody knows", () => {
    expect(errorOf(() => new Dropout({ keep: 0.8, scaling: "at_eval" as never }))).toMatchObject({
      where: "Dropout scaling",
      given: '"at_eval"',
      allowed: '"inverted" or "at-eval"',
      advice: 'Did you mean "at-eval"?',
    });
  });
});

describe("ranges", () => {
  test.each([
    [{ min: 0 }, [0, 1], -1e-9],
    [{ exclusiveMin: 0 }, [1e-9], 0],
    [{ max: 1 }, [1, -5], 1.1],
    [{ exclusiveMax: 1 }, [0.9], 1],
  ])("%j holds its ends as it says", (range, inside, outside) => {
    for (const value of inside) expect(checkNumber("x", value, range)).toBe(value);
    expect(errorOf(() => checkNumber("x", outside, range)).given).toBe(String(outside));
  });

  test("are written out in the error", () => {
    expect(errorOf(() => checkNumber("x", 5, { exclusiveMin: 0, max: 1 })).allowed).toBe(
      "a finite number above 0 and at most 1",
    );
  });

  test("of integers refuse fractions and what is too large to be exact", () => {
    expect(errorOf(() => checkInteger("n", 1.5)).allowed).toBe("an integer");
    expect(errorOf(() => checkInteger("n", 2 ** 53)).given).toBe("9007199254740992");
  });

  test.each([[[1, 2]], ["keep"], [0.5], [null]])("options that are no object (%p) are refused", (options) => {
    expect(errorOf(() => new Dropout(options as never)).allowed).toContain("an object with keep, drop");
  });
});
