import { afterEach, describe, expect, test } from "@jest/globals";
import { matmul, tensor, useBackend } from "../../src/index.ts";

afterEach(() => { useBackend("simd"); });

describe("useBackend", () => {
  test.each(["reference", "simd"] as const)("%s multiplies matrices", (backend) => {
    useBackend(backend);
    expect(matmul(tensor([[1, 2]]), tensor([[3], [4]])).toArray()).toEqual([[11]]);
  });

  test("an unknown backend is refused with the nearest name", () => {
    const useAny = useBackend as (backend: string) => void;
    expect(() => { useAny("smid"); }).toThrow('Did you mean "simd"?');
  });
});
