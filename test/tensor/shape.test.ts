import {
  checkSameShape, checkShape, rowsAndColumns, sameShape, showShape, sizeOf,
} from "../../src/tensor/shape.ts";
import { errorOf } from "../tools.ts";

test("the size is the product of the axes, and 1 without axes", () => {
  expect(sizeOf([2, 3, 4])).toBe(24);
  expect(sizeOf([])).toBe(1);
});

test("shapes are the same only axis by axis", () => {
  expect(sameShape([2, 3], [2, 3])).toBe(true);
  expect(sameShape([2, 3], [3, 2])).toBe(false);
  expect(sameShape([2], [2, 1])).toBe(false);
});

test("the last axis is the columns and all others the rows", () => {
  expect(rowsAndColumns([2, 3, 4])).toEqual({ rows: 6, columns: 4 });
  expect(rowsAndColumns([])).toEqual({ rows: 1, columns: 1 });
});

test("a shape is written in brackets", () => {
  expect(showShape([2, 3])).toBe("[2, 3]");
});

test("a checked shape cannot be changed", () => {
  expect(Object.isFrozen(checkShape("x", [1]))).toBe(true);
});

test("a shape with a wrong axis is shown as it was given", () => {
  expect(errorOf(() => checkShape("x", [2, "3"])).given).toBe('[2, "3"]');
});

test("shapes that differ are both named", () => {
  expect(errorOf(() => checkSameShape("w", [2], [3]))).toMatchObject({
    where: "w",
    given: "shape [2]",
    allowed: "shape [3]",
  });
});
