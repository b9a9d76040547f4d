import { branch, keyOf, permutation, threefry, words } from "../../src/tensor/threefry.ts";

const hex = (word: number) => word.toString(16).padStart(8, "0");

describe("Threefry-2x32 with 20 rounds", () => {
  // Known answers published with Random123 (kat_vectors).
  test.each([
    ["zeros", [0, 0], [0, 0], "6b200159 99ba4efe"],
    ["ones", [0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], "1cb996fc bb002be7"],
    ["digits of pi", [0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344], "c4923a9c 483df7a0"],
  ] as const)("gives the published answer for %s", (_, [c0, c1], [k0, k1], answer) => {
    const out = new Uint32Array(2);
    threefry([k0, k1], c0, c1, out, 0);
    expect([...out].map(hex).join(" ")).toBe(answer);
  });

  test("the words of a stream are blocks of counters 0, 1, 2, …", () => {
    const block = new Uint32Array(2);
    threefry([3, 5], 1, 0, block, 0);
    expect([...words([3, 5], 4).subarray(2)]).toEqual([...block]);
  });

  test("a shorter draw is the beginning of a longer one, odd lengths too", () => {
    expect([...words([1, 2], 5)]).toEqual([...words([1, 2], 8).subarray(0, 5)]);
  });
});

describe("keys", () => {
  test("a path can be walked in steps", () => {
    expect(keyOf(9, 1, 2)).toEqual(branch(branch(keyOf(9), 1), 2));
  });

  test("seeds that differ only above 32 bits give different keys", () => {
    expect(keyOf(7, 0)).not.toEqual(keyOf(7 + 2 ** 32, 0));
  });

  test("steps that differ only above 32 bits give different keys", () => {
    expect(branch([1, 1], 7)).not.toEqual(branch([1, 1], 7 + 2 ** 32));
  });
});

describe("permutation", () => {
  test("holds each number once", () => {
    expect([...permutation([4, 2], 1000)].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
  });

  test("is the same for the same key and another for another", () => {
    expect(permutation([4, 2], 50)).toEqual(permutation([4, 2], 50));
    expect(permutation([4, 2], 50)).not.toEqual(permutation([4, 3], 50));
  });

  test("puts each of three numbers first equally often, within 5 sigma", () => {
    const first = [0, 0, 0];
    for (let i = 0; i < 3000; i++) first[permutation(keyOf(1, i), 3)[0]]++;
    const sigma = Math.sqrt(3000 * (1 / 3) * (2 / 3));
    for (const times of first) expect(Math.abs(times - 1000)).toBeLessThan(5 * sigma);
  });
});
