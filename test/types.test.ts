import { existsSync, readFileSync } from "node:fs";
import { checksOf, diagnose } from "./surface.ts";

const SURFACE = "../shared/surface.d.ts", MY_LAYER = "../shared/my-layer.ts";
const FIXTURE = "test/fixtures/my-layer.ts";

const exists = existsSync(SURFACE) && existsSync(MY_LAYER);
const check = exists ? test : test.skip;
const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
const surface = read(SURFACE),
  exported = `${read("src/index.ts")} ${read("src/node.ts")}`.match(/\w+/g) ?? [];

/** Surfaces that the framework does not offer: the check must refuse each. [what, from, to] */
const PLANTED: readonly (readonly [string, string, string])[] = [
  ["a name that is not there", "class MaxNorm ", "class MinNorm "],
  ["a function with another parameter", "tensor(values: Nested,", "tensor(values: string,"],
  ["a function with another result", "zerosLike(x: Tensor): Tensor", "zerosLike(x: Tensor): number[]"],
  ["an option that is not taken", "nesterov?: boolean;", "nesterow?: boolean;"],
  ["an option of another type", "momentum?: number", "momentum?: number | string"],
  ["a method that is not there", "summary(): string;", "summarise(): string;"],
  [
    "a method with another parameter",
    "classify(x: Tensor | Nested)",
    "classify(x: Tensor | Nested | string)",
  ],
  ["a field of another type", "readonly keep: number;", "readonly keep: string;"],
  ["a field that may be missing", "readonly bias?: Parameter;", "readonly bias: Parameter;"],
  [
    "a constructor with another parameter",
    "constructor(limit: number)",
    "constructor(limit: number | string)",
  ],
  ["another parent class", "class ReLU extends Layer ", "class ReLU extends Network "],
  ["a word that is not known", '"float32" | "float64"', '"float32" | "float64" | "float16"'],
  ["a word that is left out", '"float32" | "float64"', '"float32"'],
  ["a result with more in it", "rows: number }", "rows: number; seconds: number }"],
  ["a callback that hears less", "onFitStart?(trainer: Trainer): void", "onFitStart?(trainer: string): void"],
];

const planted = Object.fromEntries(PLANTED.map(([what, from, to]) => [what, surface.replace(from, to)]));
const textOf = (given: string) => checksOf(given, exported);
const found = diagnose(
  exists
    ? {
        fixture: read(FIXTURE),
        "my-layer": read(MY_LAYER),
        surface: textOf(surface),
        wrong: read(MY_LAYER).replace("this.remember({ x })", "this.remember({ y: x })"),
        ...Object.fromEntries(
          Object.entries(planted).map(([what, text]) => [what.replace(/\W/g, "-"), textOf(text)]),
        ),
      }
    : { fixture: read(FIXTURE) },
);

test("two layers written outside the framework compile, indices unchecked for undefined too", () => {
  expect(found.fixture).toEqual([]);
});

check("they are the layers that were promised to compile, as they stand", () => {
  expect(found["my-layer"]).toEqual([]);
  expect(read(FIXTURE)).toBe(read(MY_LAYER));
});

check("a layer that remembers something else than it recalls does not compile", () => {
  expect(found.wrong).toEqual([expect.stringContaining("'y' does not exist")]);
});

check("every promised name is there, at the promised type", () => {
  expect(found.surface).toEqual([]);
});

if (exists) {
  describe("the check of the surface is not blind: it sees", () => {
    test.each(PLANTED)("%s", (what) => {
      expect(planted[what]).not.toBe(surface);
      expect(found[what.replace(/\W/g, "-")]).not.toEqual([]);
    });
  });
}
