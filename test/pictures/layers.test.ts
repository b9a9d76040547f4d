import { spawnSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { Affine, OptionError, ReLU, Sequential, ShapeError } from "chainrule";
import { layerDiagram, toDot, toMermaid } from "chainrule/pictures";
import { hasChromium, hasDot, outsideOf, textsOf, unbalanced } from "./drawn.ts";
import { HOSTILE, networks } from "./networks.ts";

const optionsOf = (name: string) => (name === "lenet" ? { inputShape: [1, 28, 28] } : {});
const diagram = (name: string) => layerDiagram(networks[name](), optionsOf(name));
const dot = (name: string) => toDot(networks[name](), optionsOf(name));
const each = Object.keys(networks);

/** [layers, arrows, frames] */
const counts: Readonly<Record<string, readonly [number, number, number]>> = {
  chain: [6, 6, 0], residual: [7, 8, 2], lenet: [9, 9, 0], concat: [6, 7, 0], hostile: [3, 3, 0],
};

describe.each(each)("the layer diagram of %s", (name) => {
  const svg = diagram(name), [layers, arrows, frames] = counts[name];

  test("stands alone, in light and dark, with a title and a description", () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+" width="\d+" height="\d+" role="img"/);
    expect(svg).toMatch(/<title>[^<]+<\/title>\n<desc>[^<]+<\/desc>/);
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(unbalanced(svg)).toEqual([]);
  });

  test("has a box for each layer and the input, an arrow for each thing taken, and a frame for each inner network", () => {
    expect(svg.match(/class="cr-panel"/g)).toHaveLength(layers + 1);
    expect(svg.match(/stroke-width="1.5" fill="none"/g)).toHaveLength(arrows);
    expect(svg.match(/stroke-dasharray/g) ?? []).toHaveLength(frames);
  });
});

test("the layer diagram of a LeNet has its shapes and numbers of parameters", () => {
  // 8·(1·5·5 + 1) = 208, 16·(8·5·5 + 1) = 3216, 10·(256 + 1) = 2570; 28 - 5 + 1 = 24, half of it 12, 12 - 5 + 1 = 8.
  expect(textsOf(diagram("lenet"))).toEqual([
    "lenet", "5,994 parameters", "input", "[1, 28, 28]",
    "Conv2d(1 → 8, 5×5)", "[8, 24, 24] · 208 parameters", "ReLU", "[8, 24, 24]", "MaxPool2d(2×2)", "[8, 12, 12]",
    "Conv2d(8 → 16, 5×5)", "[16, 8, 8] · 3,216 parameters", "ReLU", "[16, 8, 8]", "MaxPool2d(2×2)", "[16, 4, 4]",
    "Flatten", "[256]", "Dropout(keep 0.8)", "[256]", "Affine(256 → 10)", "[10] · 2,570 parameters",
  ]);
});

test("a shared parameter is counted once, and shown as shared in the second layer", () => {
  const first = new Affine(3, 3), second = new Affine(3, 3, { weight: first.weight });
  const texts = textsOf(layerDiagram(new Sequential([first, second])));
  expect(texts).toContain("[3] · 12 parameters");
  expect(texts).toContain("[3] · 3 parameters, 9 shared");
  expect(texts).toContain("15 parameters");
});

test("shapes that are not known are shown as ?, and those of a given inputShape in their place", () => {
  const network = new Sequential([new ReLU()]);
  expect(textsOf(layerDiagram(network))).toEqual(["Sequential", "no parameters", "input", "?", "ReLU", "?"]);
  expect(textsOf(layerDiagram(network, { inputShape: [7] }))).toContain("[7]");
});

test("no name becomes a tag, and control characters are escaped", () => {
  const svg = diagram("hostile");
  expect(svg).not.toMatch(/<d>|\u001b/);
  expect(svg).toContain("&lt;d&gt;");
});

describe.each([["layerDiagram", layerDiagram], ["toDot", toDot], ["toMermaid", toMermaid]] as const)("%s", (where, draw) => {
  const network = new Sequential([new Affine(2, 2)]);

  test("refuses unknown options, what is no network, and an inputShape that the layers do not take", () => {
    const misspelt: object = { inputshape: [2] }, none: unknown = new Affine(2, 2), wrong: object = { inputShape: "2" };
    expect(() => draw(network, misspelt)).toThrow(new OptionError({
      where, given: 'an unknown option "inputshape"', allowed: "inputShape", advice: "Did you mean inputShape?",
    }));
    expect(() => draw(none as Sequential)).toThrow(OptionError);
    expect(() => draw(network, { inputShape: [3] })).toThrow(ShapeError);
    expect(() => draw(network, wrong)).toThrow(OptionError);
  });

  test("leaves the network as it was: no weight is drawn", () => {
    const late = new Sequential([new Affine(2, 2)], { seed: 3 });
    draw(late);
    expect(late.predict([[1, 2]])).toEqual(new Sequential([new Affine(2, 2)], { seed: 3 }).predict([[1, 2]]));
  });
});

test("DOT and Mermaid have the layers, shapes and parameters of a small network", () => {
  const network = new Sequential([new Affine(2, 3), new ReLU()], { name: "small" });
  expect(toDot(network)).toBe(`digraph "small" {
  node [shape=box, style=rounded, fontname="Helvetica"];
  graph [fontname="Helvetica"];
  n0 [label="input\\n[2]", style=solid];
  n1 [label="Affine(2 → 3)\\n[3]\\n9 parameters"];
  n2 [label="ReLU\\n[3]", peripheries=2];
  n0 -> n1;
  n1 -> n2;
}
`);
  expect(toMermaid(network)).toBe(`flowchart TD
  n0("input<br/>[2]")
  n1["Affine(2 → 3)<br/>[3]<br/>9 parameters"]
  n2(["ReLU<br/>[3]"])
  n0 --> n1
  n1 --> n2
`);
});

test("Mermaid's own letters in names are written as codes", () => {
  const line = toMermaid(networks.hostile()).split("\n").find((text) => text.includes("n1["));
  const text = line?.slice(line.indexOf('"') + 1, line.lastIndexOf('"')).replaceAll("<br/>", "");
  expect(text).not.toMatch(/["&<>`*_~\\{}|@]|\$\$|#(?!\d+;)/);
});

const draw = hasDot ? describe : describe.skip;

draw("dot", () => {
  test.each(each)("draws %s with as many nodes, edges and clusters", (name) => {
    const { stdout, stderr, status } = spawnSync("dot", ["-Tsvg"], { input: dot(name), encoding: "utf8" });
    expect([status, stderr]).toEqual([0, ""]);
    const found = ["node", "edge", "cluster"].map((kind) => stdout.split(`class="${kind}"`).length - 1);
    const [layers, arrows, frames] = counts[name];
    expect(found).toEqual([layers + 1, arrows, frames]);
  });

  test("shows names as they are", () => {
    const { stdout } = spawnSync("dot", ["-Tplain"], { input: dot("hostile"), encoding: "utf8" });
    const printed = HOSTILE.replace("\u001b", "\\u001b").replace("\n", "\\u000a");
    expect(stdout.replaceAll('\\"', '"').replaceAll("\\\\", "\\")).toContain(`1. ${printed}`);
  });
});

(hasChromium ? test : test.skip)("no text lies outside its picture in Chromium, 360 and 1280 pixels wide", () => {
  const svgs = each.map(diagram);
  for (const width of [360, 1280]) expect(outsideOf(svgs, width)).toEqual(each.map(() => []));
});

