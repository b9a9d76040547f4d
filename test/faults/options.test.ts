import { readdirSync, readFileSync } from "node:fs";
import { Affine, Dropout, MaxNorm, ReLU, Sequential, SGD, tensor } from "chainrule";
import { errorOf, numbers, ones } from "../tools.ts";

const dropout = (options: object) => errorOf(() => new Dropout(options as { keep: number }));
const sgd = (options: object) => errorOf(() => new SGD({ learningRate: 0.1, ...options }));

describe("Dropout", () => {
  test.each([-0.1, 1.1, 80])(
    "fault 1: a keep below 0 or above 1 (%d) is refused: keep = probability of KEEPING",
    (keep) => {
      expect(dropout({ keep })).toMatchObject({
        where: "Dropout keep",
        given: String(keep),
        allowed: "a finite number above 0 and at most 1",
        advice: expect.stringContaining("keep = probability of KEEPING") as string,
      });
    },
  );

  test.each([[NaN, "NaN"], ["0.5", '"0.5"'], [null, "null"], [true, "true"], [[0.5], "an array of 1"]])(
    "fault 2: a keep that is no number (%p) is refused in the constructor", (keep, given) => {
      expect(dropout({ keep })).toMatchObject({ where: "Dropout keep", given });
    },
  );

  test("fault 3: keep 0 is refused, so that nothing is divided by 0", () => {
    expect(dropout({ keep: 0 }).given).toBe("0");
  });

  test("fault 4: keep 1 is the identity in train, bit for bit", () => {
    const x = tensor([[-0, 1e-45, 3, NaN]]);
    expect(numbers(new Dropout({ keep: 1 }).forward(x))).toEqual([-0, numbers(x)[1], 3, NaN]);
  });

  test.each([-0.1, 1, 1.1, NaN, "0.2", null])("fault 1, 2: a drop of %p is refused", (drop) => {
    expect(dropout({ drop }).where).toBe("Dropout drop");
  });
});

describe("SGD", () => {
  test("fault 11: a negative learning rate is refused", () => {
    expect(sgd({ learningRate: -1e-9 }).where).toBe("SGD learningRate");
  });

  test.each(["learningRate", "momentum", "weightDecay"])("fault 12: a %s of NaN or Infinity is refused", (name) => {
    for (const value of [NaN, Infinity, -Infinity]) expect(sgd({ [name]: value }).given).toBe(String(value));
  });

  test.each([1, 2])("fault 12: a momentum of %d is refused", (momentum) => {
    expect(sgd({ momentum }).allowed).toBe("a finite number at least 0 and below 1");
  });

  test("fault 13: Nesterov without momentum is refused", () => {
    expect(sgd({ nesterov: true }).given).toBe("nesterov without momentum");
  });

  test("fault 14: no parameters to step are refused", () => {
    const network = new Sequential([new ReLU()]);
    expect(errorOf(() => new SGD({ learningRate: 1 }).step(network.parameters)).given).toBe("no parameters");
  });
});

describe("Affine", () => {
  test.each([0, -1, 2.5, NaN, "3", undefined])("fault 33: a size of %p is refused on either side", (size) => {
    expect(errorOf(() => new Affine(size as number, 3))).toMatchObject({
      where: "Affine inFeatures", allowed: "an integer at least 1",
    });
    expect(errorOf(() => new Affine(3, size as number)).where).toBe("Affine outFeatures");
  });

  test("fault 38: keeps no hold of the caller's weights: changing them later changes no layer made of them", () => {
    const weight = tensor([[1]]), bias = tensor([2]);
    const layers = [1, 2].map(() => new Affine(1, 1, { init: weight, bias }));
    weight.data[0] = bias.data[0] = 100;
    layers[0].weight.value.data[0] = 10;
    expect(layers.map((layer) => layer.forward(tensor([[1]])).data[0])).toEqual([12, 3]);
  });
});

describe("fault 64: an unknown option is refused with the nearest name", () => {
  test.each([
    ["keepProb", "keep", () => dropout({ keepProb: 0.8 })], ["lr", "learningRate", () => sgd({ lr: 0.1 })],
    ["weight_decay", "weightDecay", () => sgd({ weight_decay: 0 })],
    ["useBias", "bias", () => errorOf(() => new Affine(1, 1, { useBias: false } as never))],
  ])("%s: %s", (given, meant, error) => {
    expect(error()).toMatchObject({
      name: "OptionError", given: `an unknown option "${given}"`, advice: `Did you mean ${meant}?`,
    });
  });
});

describe("seeds", () => {
  test("every seed is an integer of at least 0", () => {
    for (const seed of [-1, 1.5, NaN, "1", 2 ** 53]) {
      expect(errorOf(() => new Sequential([new ReLU()], { seed: seed as number })).where).toBe(
        "Sequential seed",
      );
      expect(errorOf(() => new Dropout({ keep: 0.8, seed: seed as number })).where).toBe("Dropout seed");
    }
  });

  test("fault 10: no file of the framework draws from Math.random, nor any other source than the seeds", () => {
    const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const draws = /Math\.random\(|getRandomValues\(|randomBytes\(/;
    const found = files.filter((file) => draws.test(readFileSync(`src/${file}`, "utf8")));
    expect(files.length).toBeGreaterThan(20);
    // Names of temporary files must not be guessed, or shared by two machines.
    expect(found.map((file) => file.replaceAll("\\", "/"))).toEqual(["formats/write-file.node.ts"]);
  });

  test("fault 10: seeds 0 and 1 are seeds like any other: each gives its own masks, afresh each time", () => {
    const masks = (seed: number) => {
      const layer = new Dropout({ keep: 0.3, seed });
      return [numbers(layer.forward(ones(5, 20))), numbers(layer.forward(ones(5, 20)))];
    };
    expect(masks(0)[0]).not.toEqual(masks(0)[1]);
    expect(masks(0)).not.toEqual(masks(1));
  });
});

test("a max-norm limit that is not above 0 is refused", () => {
  expect(errorOf(() => new MaxNorm(0)).where).toBe("MaxNorm limit");
});
