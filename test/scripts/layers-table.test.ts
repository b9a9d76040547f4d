import { readFileSync } from "node:fs";
import * as chainrule from "chainrule";
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

describe("each row", () => {
  const rows = layersTable().split("\n").filter((line) => line.startsWith("| ["));

  test.each(rows.map((row) => [/\[(\w+)\]/.exec(row)?.[1] ?? "", row]))("of %s has a formula, shapes and its file", (_, row) => {
    const [name, formula, , shapes] = row.split(/(?<!\\)\|/).slice(1).map((one) => one.trim());
    expect(name).toMatch(/^\[\w+\]\(\.\.\/src\/layers\/[\w/-]+\.ts\)<br>[A-Z]/);
    expect(formula).toMatch(/`.+ = .+`<br>`.+ = .+`/);
    expect(shapes.length).toBeGreaterThan(3);
  });
});
