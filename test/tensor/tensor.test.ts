import { inspect } from "node:util";
import { Tensor, tensor, zeros, zerosLike } from "chainrule";
import { copyOf } from "../../src/tensor/tensor.ts";
import { errorOf } from "../tools.ts";

describe("Tensor", () => {
  test("takes the array it is given without a copy", () => {
    const data = Float32Array.of(1, 2);
    expect(new Tensor(data, [2]).data).toBe(data);
  });

  test("keeps its shape when the caller's list changes later", () => {
    const shape = [2, 1];
    const x = new Tensor(Float32Array.of(1, 2), shape);
    shape[0] = 7;
    expect(x.shape).toEqual([2, 1]);
  });

  test("names both lengths when the array does not fill the shape", () => {
    expect(errorOf(() => new Tensor(Float32Array.of(1, 2, 3), [2, 2]))).toMatchObject({
      name: "ShapeError", given: "3 numbers", allowed: "4 for shape [2, 2]",
    });
  });

  test.each([[[2.5]], [[-1]], ["2"]])("refuses the shape %p", (shape) => {
    expect(errorOf(() => new Tensor(Float32Array.of(), shape as never)).where).toBe("Tensor shape");
  });

  test("refuses plain arrays and says what to use", () => {
    expect(errorOf(() => new Tensor([1] as never, [1])).advice).toContain("tensor([[1, 2], [3, 4]])");
  });

  test("its dtype is that of its array", () => {
    expect(new Tensor(Float32Array.of(1), [1]).dtype).toBe("float32");
    expect(new Tensor(Float64Array.of(1), [1]).dtype).toBe("float64");
  });
});

describe("tensor", () => {
  test("is row-major", () => {
    expect([...tensor([[1, 2, 3], [4, 5, 6]]).data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ["a number", 7], ["a row", [1, 2]], ["rows", [[1, 2], [3, 4]]], ["blocks", [[[1], [2]], [[3], [4]]]],
    ["no rows", []], ["rows of nothing", [[], []]],
  ])("toArray gives %s back", (_, values) => {
    expect(tensor(values).toArray()).toEqual(values);
  });

  test("is float32 unless float64 is asked for", () => {
    expect(tensor([0.1]).data[0]).toBe(Math.fround(0.1));
    expect(tensor([0.1], "float64").data[0]).toBe(0.1);
  });

  test("refuses another dtype by name", () => {
    expect(errorOf(() => tensor([1], "float16" as never))).toMatchObject({
      given: '"float16"', allowed: '"float32" or "float64"',
    });
  });
});

describe("zeros", () => {
  test("has the shape and dtype asked for", () => {
    expect(zeros([2, 3], "float64")).toMatchObject({
      shape: [2, 3],
      dtype: "float64",
      data: new Float64Array(6),
    });
  });

  test("zerosLike has the other's shape and dtype, not its numbers", () => {
    expect(zerosLike(tensor([[5, 6]], "float64"))).toMatchObject({
      shape: [1, 2],
      data: new Float64Array(2),
    });
  });
});

test("copyOf has numbers of its own", () => {
  const x = tensor([1, 2]);
  const copy = copyOf(x);
  x.data[0] = 9;
  expect([...copy.data]).toEqual([1, 2]);
});

describe("toString", () => {
  test("shows shape, dtype and rows", () => {
    expect(String(tensor([[1, -2.5], [0.1, 300]]))).toBe([
      "Tensor [2, 2] float32",
      "          1     -2.5000",
      "    0.10000         300",
    ].join("\n"));
  });

  test("is what console.log shows", () => {
    const x = tensor([[1, 2]]);
    expect(inspect(x)).toBe("Tensor [1, 2] float32\n          1           2");
  });

  test("cuts long rows in the middle", () => {
    expect(String(tensor([[...Array(13).keys()]]))).toBe([
      "Tensor [1, 13] float32",
      [0, 1, 2, 3, 4, "…", 8, 9, 10, 11, 12].map((value) => String(value).padStart(11)).join(" "),
    ].join("\n"));
  });

  test("cuts many rows in the middle", () => {
    expect(String(tensor([...Array(13).keys()].map((i) => [i])))).toBe(
      [
        "Tensor [13, 1] float32",
        ...[0, 1, 2, 3, 4, "…", 9, 10, 11, 12].map((value) => String(value).padStart(11)),
      ].join("\n"),
    );
  });

  test("shows a single number, and nothing but the shape where there are no numbers", () => {
    expect(String(tensor(3))).toBe("Tensor [] float32\n          3");
    expect(String(zeros([0, 4]))).toBe("Tensor [0, 4] float32");
  });
});
