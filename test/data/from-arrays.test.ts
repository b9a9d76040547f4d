import { fromArrays } from "chainrule";
import { LoadedArray } from "../../src/formats/loaded.ts";
import { errorOf, numbers } from "../tools.ts";

const bytes = (shape: readonly number[]) =>
  new LoadedArray("uint8", Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i), shape);
const images = bytes([3, 2, 2]), labels = new LoadedArray("int64", BigInt64Array.of(2n, 0n, 1n), [3]);

describe("fromArrays", () => {
  test("makes a row of each image, and a class of each label", () => {
    const data = fromArrays(images, labels);
    expect(data.x.shape).toEqual([3, 4]);
    expect(numbers(data.x)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(data.labels).toEqual([2, 0, 1]);
  });

  test("fault 51: images and labels exchanged are refused, and it is said", () => {
    const error = errorOf(() => fromArrays(bytes([3]), images));
    expect(error.message).toBe("fromArrays x: expected at least two axes, rows first, got uint8 of shape [3]."
      + " x and labels seem to be exchanged.");
  });

  test("fault 51: more images than labels are refused, both counts named", () => {
    const { given, allowed } = errorOf(() => fromArrays(images, bytes([2])));
    expect(given).toBe("uint8 of shape [2]");
    expect(allowed).toBe("3 of them, as x has shape [3, 2, 2]");
  });

  test("labels that are fractions are refused", () => {
    const halves = new LoadedArray("float32", new Float32Array(3), [3]);
    expect(errorOf(() => fromArrays(images, halves)).given).toMatch("float32");
  });

  test("what is no array of a file is refused", () => {
    expect(errorOf(() => fromArrays([[1]] as never, labels)).where).toBe("fromArrays x");
  });
});
