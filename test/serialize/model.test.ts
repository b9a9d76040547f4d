import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  Affine, BatchNorm, Dropout, loadModel, loadWeights, loadWeightsFromBytes, modelFromBytes, modelToBytes, readSafetensors, ReLU, saveModel,
  Sequential, Tensor, writeSafetensors,
} from "chainrule/node";
import { encodeWithChecksums, decodeWithChecksums } from "../../src/formats/checksummed.ts";
import { errorOf, numbers, spread, spread32 } from "../tools.ts";

let folder = "";
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "models-")); });
afterAll(() => { rmSync(folder, { recursive: true }); });

const network = (seed = 1) =>
  new Sequential([new Affine(3, 4), new BatchNorm(4), new ReLU(), new Dropout({ keep: 0.7 }), new Affine(4, 2)], { seed });

/** One that has made steps: its counts and running means are no longer those it began with. */
function used(): Sequential {
  const one = network();
  for (let i = 0; i < 3; i++) one.forward(spread32(5, 3));
  return one;
}

describe("a saved network", () => {
  test("predicts the same bits, and draws the same masks from then on", () => {
    const one = used(), again = modelFromBytes(modelToBytes(one)), x = spread32(5, 3);
    expect(numbers(again.predict(x))).toEqual(numbers(one.predict(x)));
    expect(numbers(again.forward(x))).toEqual(numbers(one.forward(x)));
  });

  test("in float64 does so in float64", () => {
    const one = used().to("float64"), again = modelFromBytes(modelToBytes(one)), x = spread(5, 3);
    expect(numbers(again.predict(x))).toEqual(numbers(one.predict(x)));
    expect(numbers(again.forward(x))).toEqual(numbers(one.forward(x)));
  });

  test("draws the same masks where its layers once were in another network, whose seed they keep", () => {
    const dropout = new Dropout({ keep: 0.7 }), x = spread32(5, 3);
    new Sequential([dropout], { seed: 77 });
    const one = new Sequential([new Affine(3, 4), dropout], { seed: 1 });
    expect(numbers(modelFromBytes(modelToBytes(one)).forward(x))).toEqual(numbers(one.forward(x)));
  });

  test("has each layer in its mode", () => {
    const one = used();
    one.layers[1].eval();
    expect(modelFromBytes(modelToBytes(one)).layers.map(({ mode }) => mode)).toEqual(["train", "eval", "train", "train", "train"]);
  });

  test("fault 48: weights that are not finite come back bit for bit", () => {
    const odd = Float32Array.of(NaN, Infinity, -Infinity, -0), one = new Sequential([new Affine(4, 1, { init: new Tensor(odd, [4, 1]) })]);
    expect(numbers(modelFromBytes(modelToBytes(one)).parameters[0].value)).toEqual([...odd]);
  });

  test("is a safetensors file that says where each number belongs", () => {
    expect([...readSafetensors(modelToBytes(used())).tensors.keys()].sort()).toEqual([
      "layers.0.bias", "layers.0.weight", "layers.1.bias", "layers.1.runningMean", "layers.1.runningVariance", "layers.1.weight",
      "layers.3.lastMask", "layers.4.bias", "layers.4.weight",
    ]);
  });

  test("fault 66: goes through a file, whatever its name", () => {
    const path = join(folder, "ünïcode, spaces and 数字.safetensors"), one = used();
    saveModel(one, path);
    expect(numbers(loadModel(path).predict(spread32(2, 3)))).toEqual(numbers(one.predict(spread32(2, 3))));
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("fault 43, 44: a model file", () => {
  test("cut short anywhere is refused", () => {
    const bytes = modelToBytes(network());
    for (let length = 0; length < bytes.length; length += 97) {
      expect(errorOf(() => modelFromBytes(bytes.subarray(0, length), "cut.safetensors")).name).toBe("DataError");
    }
  });

  test("with any one bit flipped is refused", () => {
    const bytes = modelToBytes(network());
    for (let at = 0; at < bytes.length; at += 13) {
      const damaged = bytes.slice();
      damaged[at] ^= 1 << (at % 8);
      expect([at, errorOf(() => modelFromBytes(damaged)).name]).toEqual([at, "DataError"]);
    }
  });
});

describe("fault 45: loading weights into another network lists all differences, and changes nothing:", () => {
  const refused = (other: Sequential) => {
    const before = JSON.stringify(other.state());
    const { given } = errorOf(() => loadWeightsFromBytes(other, modelToBytes(network())));
    expect(JSON.stringify(other.state())).toBe(before);
    return given;
  };

  test("another type of layer", () => {
    expect(refused(new Sequential([new Affine(3, 4), new BatchNorm(4), new Dropout({ keep: 0.7 }), new ReLU(), new Affine(4, 2)])))
      .toContain("ReLU as layer 3, not Dropout; Dropout as layer 4, not ReLU");
  });

  test("tensors that are missing, too many, or of other shapes", () => {
    const given = refused(new Sequential([new Affine(3, 5), new BatchNorm(5, { affine: false }), new ReLU(), new Dropout({ keep: 0.7 }),
      new Affine(5, 2)]));
    expect(given).toContain('"layers.0.weight" as float32 [3, 4], not float32 [3, 5]');
    expect(given).toContain('"layers.0.bias" as float32 [4], not float32 [5]');
    expect(given).toContain('"layers.1.weight", unknown here');
    expect(given).toContain('"layers.4.weight" as float32 [4, 2], not float32 [5, 2]');
  });

  test("fault 46: another dtype", () => {
    expect(refused(network().to("float64"))).toContain('"layers.0.weight" as float32 [3, 4], not float64 [3, 4]');
  });

  test("one weight good, one bias bad: the good one is not written either", () => {
    expect(refused(new Sequential([new Affine(3, 4), new BatchNorm(4), new ReLU(), new Dropout({ keep: 0.7 }), new Affine(4, 2, { bias: false })])))
      .toBe('"layers.4.bias", unknown here');
  });
});

test("weights go into a network of the same layers, whose own masks go on", () => {
  const path = join(folder, "weights.safetensors"), one = used(), other = network(2), twin = network(2), x = spread32(4, 3);
  for (const each of [other, twin]) each.forward(x);
  saveModel(one, path);
  loadWeights(other, path);
  expect(numbers(other.predict(x))).toEqual(numbers(one.predict(x)));
  const masks = [other, twin].map((each) => {
    each.forward(x);
    const [, , , dropout] = each.layers;
    return dropout instanceof Dropout && dropout.mask?.toArray();
  });
  expect(masks[0]).toEqual(masks[1]);
});

describe("a file is refused", () => {
  const again = (change: (metadata: Map<string, string>) => void) => {
    const { tensors, metadata } = decodeWithChecksums(modelToBytes(network()), "test"), changed = new Map(metadata);
    change(changed);
    return errorOf(() => modelFromBytes(encodeWithChecksums(tensors, changed), "other.safetensors"));
  };

  test("fault 46: of a newer version, with both versions and the name of the file", () => {
    expect(again((metadata) => metadata.set("version", "2"))).toMatchObject({
      where: "other.safetensors", given: 'version "2"', allowed: 'version 1 of the format "chainrule"',
    });
  });

  test.each(["format", "version", "network", "state"])("without its %s", (name) => {
    expect(again((metadata) => metadata.delete(name)).name).toBe("DataError");
  });

  test.each(["network", "state"])("whose %s is no JSON, or another thing", (name) => {
    for (const text of ["{", "null", "[]", "{}", '"x"', "1e999"]) expect(again((metadata) => metadata.set(name, text)).name).toBe("DataError");
  });

  test("fault 48: that says of a layer more than it has numbers for, before the memory is taken", () => {
    const before = process.memoryUsage().external;
    expect(again((metadata) => metadata.set("network", String(metadata.get("network")).replace("[3,4,{", "[16000,16000,{"))).name).toBe("DataError");
    expect(process.memoryUsage().external - before).toBeLessThan(200e6);
  });

  test("that somebody else wrote", () => {
    expect(errorOf(() => modelFromBytes(writeSafetensors([["w", spread32(2, 2)]]))).given).toBe("no checksum");
  });

  test("fault 53: that is a folder, or is not there", () => {
    expect(errorOf(() => loadModel(folder)).where).toBe(folder);
    expect(errorOf(() => loadModel(join(folder, "none"))).where).toBe(join(folder, "none"));
  });

  test("that is text", () => {
    const path = join(folder, "page.html");
    writeFileSync(path, "<!doctype html>");
    expect(errorOf(() => loadModel(path)).name).toBe("DataError");
    expect(readFileSync(path, "utf8")).toBe("<!doctype html>");
  });
});
