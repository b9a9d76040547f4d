import { readFileSync } from "node:fs";
import * as chainrule from "chainrule";
import { explanations } from "../../scripts/explanations.ts";
import { GROUPS, layersTable } from "../../scripts/layers-table.ts";

const root = new URL("../..", import.meta.url);
const listed = Object.values(GROUPS).flat();

test("every layer that can be made is in the table, once", () => {
  // Networks are layers made of others; the abstract classes are there to be extended.
  const others = ["Layer", "DropoutLayer", "Network", "Graph", "Sequential"];
  const layers = Object.entries(chainrule).filter(([name, one]) =>
    typeof one === "function" && one.prototype instanceof chainrule.Layer && !others.includes(name));
  expect(listed.map(({ constructor }) => constructor.name).sort()).toEqual(layers.map(([name]) => name).sort());
});

test("docs/layers.md is what the layers say of themselves: if not, run npm run docs:layers", () => {
  expect(readFileSync(new URL("docs/layers.md", root), "utf8")).toBe(layersTable());
});

test("docs/explanations.md is what a trace says of every layer, loss and optimizer", () => {
  expect(readFileSync(new URL("docs/explanations.md", root), "utf8")).toBe(explanations());
});

test("the table has both forms of dropout, what is drawn, and the constants of AlphaDropout", () => {
  const row = (name: string) => layersTable().split("\n").find((line) => line.startsWith(`| [${name}]`)) ?? "";
  for (const name of ["Dropout", "SpatialDropout", "StochasticDepth"]) {
    // The paper's own: nothing is scaled in train, and eval multiplies by keep.
    expect(row(name)).toContain("the paper's own:<br>train: `y = x · mask`<br>`dx = dy · mask`<br>eval: `y = x · keep`");
    expect(row(name)).toContain("inverted scaling, the default:<br>train: `y = x · mask/keep`");
  }
  expect(row("GaussianDropout")).toContain("`noise ~ Normal(1, variance (1 - keep) / keep)`");
  expect(row("AlphaDropout")).toContain("a = 1 / √(keep + α'² · keep · (1 - keep)) and b = -a · (1 - keep) · α'");
});

describe("each row", () => {
  const rows = layersTable().split("\n").filter((line) => line.startsWith("| ["));

  test.each(rows.map((row) => [/\[(\w+)\]/.exec(row)?.[1] ?? "", row]))("of %s has a formula, shapes and its file", (_, row) => {
    const [name, formula, , shapes] = row.split(/(?<!\\)\|/).slice(1).map((one) => one.trim());
    expect(name).toMatch(/^\[\w+\]\(\.\.\/src\/layers\/[\w/-]+\.ts\)<br>[A-Z]/);
    expect(formula).toMatch(/`.+ = .+`<br>`.+ = .+`/);
    expect(shapes.length).toBeGreaterThan(3);
  });
});
