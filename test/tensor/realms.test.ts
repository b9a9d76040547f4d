import { runInNewContext } from "node:vm";
import {
  Affine, Dataset, Layer, measure, modelFromBytes, modelToBytes, networkFromJson, networkToJson, readCheckpoint, readCsv,
  readIdx, readNpy, readSafetensors, register, Sequential, Tensor, tensor, writeSafetensors, type Json,
} from "chainrule";
import { describe, expect, test } from "@jest/globals";
import { isPlainObject, isTagged, isTyped } from "../../src/tensor/realms.ts";
import { convert } from "../../src/nn/copy.ts";
import { errorOf } from "../tools.ts";

/** A value of a realm with globals of its own, as an iframe's or jsdom's. */
const foreign = <T>(code: string, given: object = {}): T => runInNewContext(code, { ...given }) as T;
const foreignBytes = (bytes: Uint8Array) => foreign<Uint8Array>("Uint8Array.from(list)", { list: [...bytes] });

const network = new Sequential([new Affine(2, 3)], { seed: 1 });

describe("of another realm", () => {
  test("nothing is an instance of ours", () => {
    expect(foreign("new Float32Array(2)") instanceof Float32Array).toBe(false);
    expect(foreign("new Uint8Array(2)") instanceof Uint8Array).toBe(false);
    expect(foreign("new Map()") instanceof Map).toBe(false);
    expect(foreign("({})") instanceof Object).toBe(false);
  });

  test.each([["Float32Array", "float32"], ["Float64Array", "float64"]])("a %s makes a tensor of its memory", (kind, dtype) => {
    const data = foreign<Float32Array>(`new ${kind}([1, 2, 3, 4]).subarray(1)`);
    const x = new Tensor(data, [3]);
    expect(x.dtype).toBe(dtype);
    expect(x.toArray()).toEqual([2, 3, 4]);
    data[0] = 7;
    expect(x.data[0]).toBe(7);
  });

  test("an Int8Array makes none, nor what only says that it is a Float32Array", () => {
    expect(errorOf(() => new Tensor(foreign("new Int8Array(1)"), [1])).given).toBe("an Int8Array");
    expect(errorOf(() => new Tensor(foreign('({ [Symbol.toStringTag]: "Float32Array", length: 1 })'), [1])).where)
      .toBe("Tensor data");
  });

  test("rows and labels make a data set", () => {
    const data = new Dataset(foreign("[[1, 2], [3, 4]]"), foreign("[0, 1]"));
    expect(data.x.toArray()).toEqual([[1, 2], [3, 4]]);
    expect(data.labels).toEqual([0, 1]);
  });

  test("options and metrics are read", () => {
    expect(new Affine(2, 3, foreign("({ bias: false })")).parameters).toHaveLength(1);
    expect(measure(network, new Dataset([[1, 2]], [0]), foreign<object>("({})") as Record<string, never>)).toEqual({});
  });

  test("the bytes of a model make it again", () => {
    const again = modelFromBytes(foreignBytes(modelToBytes(network)));
    expect(again.predict([[1, 2]]).toArray()).toEqual(network.predict([[1, 2]]).toArray());
  });

  test("a description read by another JSON makes a network", () => {
    const text = JSON.stringify(networkToJson(network));
    expect(networkFromJson(foreign<Json>("JSON.parse(text)", { text })).summary()).toBe(network.summary());
  });

  test.each([
    ["readIdx", () => readIdx(foreign("Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 5, 6)"), "x"), [5, 6]],
    ["readCsv", () => readCsv(foreignBytes(new TextEncoder().encode("1,2\n3,4\n")), "x"), undefined],
    ["readNpy", () => readNpy(foreignBytes(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", [8, 9])), "x"), [8, 9]],
  ])("%s reads bytes", async (_, read, wanted) => {
    const found: unknown = await read();
    if (wanted !== undefined) expect(Array.from((found as { data: Uint8Array }).data)).toEqual(wanted);
    expect(found).toBeDefined();
  });

  test("numbers and metadata are written to safetensors, and read", () => {
    const file = writeSafetensors(
      foreign("new Map([['a', { shape: [2], dtype: 'float32', data: new Float32Array([1, 2]) }]])"),
      foreign("new Map([['author', 'me']])"),
    );
    const { tensors, metadata } = readSafetensors(foreignBytes(file), "x");
    expect(tensors.get("a")?.data).toEqual(Float32Array.of(1, 2));
    expect(metadata.get("author")).toBe("me");
  });

  test("a checkpoint's bytes are bytes: it is the file that is refused", () => {
    expect(errorOf(() => readCheckpoint(foreign("new Uint8Array(3)"))).where).not.toContain("bytes");
  });

  test("the fields of a layer of one's own are copied with it", () => {
    class Held extends Layer {
      readonly plain = foreign<{ list: number[] }>("({ list: [1] })");
      readonly map = foreign<Map<string, number>>("new Map([['a', 1]])");
      override forward(x: Tensor) { return x; }
      override backward(dy: Tensor) { return dy; }
    }
    const layer = new Held(), copy = convert(layer, "float64");
    layer.plain.list[0] = 2;
    layer.map.set("a", 2);
    expect(copy.plain.list[0]).toBe(1);
    expect(copy.map.get("a")).toBe(1);
  });

  test("a constructor's plain arguments are written to a model", () => {
    class Scaled extends Layer {
      readonly options: { by: number };
      constructor(options: { by: number }) {
        super();
        this.options = options;
      }
      override forward(x: Tensor) { return x; }
      override backward(dy: Tensor) { return dy; }
    }
    register(Scaled, (layer) => [layer.options]);
    const description = networkToJson(new Sequential([new Scaled({ by: 3 })]));
    expect(JSON.stringify(description)).toContain('"arguments":[{"by":3}]');
    expect(JSON.stringify(networkToJson(new Sequential([new Scaled(foreign("({ by: 3 })"))]))))
      .toBe(JSON.stringify(description));
  });
});

describe("tags", () => {
  test("tell what a value is", () => {
    expect(isTyped(foreign("new Uint8Array(1)"), "Uint8Array")).toBe(true);
    expect(isTyped(Buffer.from([1]), "Uint8Array")).toBe(true);
    expect(isTyped(new DataView(new ArrayBuffer(1)), "Uint8Array")).toBe(false);
    expect(isTagged(foreign("new ArrayBuffer(1)"), "ArrayBuffer")).toBe(true);
  });

  test.each([["({})", true], ["Object.create(null)", true], ["[]", false], ["new (class A {})()", false], ["new Date(0)", false],
    ["Object.create(Object.create(null))", false], ["null", false], ["3", false]])("%s is a plain object: %p", (code, is) => {
    expect(isPlainObject(foreign(code))).toBe(is);
  });
});

/** An .npy file, version 1.0, by numpy's own description of the format. */
function npy(header: string, data: readonly number[]): Uint8Array {
  const text = header.padEnd(117) + "\n", start = [0x93, ...Buffer.from("NUMPY"), 1, 0, text.length, 0];
  return Uint8Array.from([...start, ...Buffer.from(text), ...data]);
}

test("tensor() of another realm's arrays", () => {
  expect(tensor(foreign("[[1, 2]]")).toArray()).toEqual([[1, 2]]);
});
