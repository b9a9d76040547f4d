import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { drawAll } from "../../scripts/pictures.ts";

const docs = new URL("../../docs/", import.meta.url);

test("the pictures of the guide are what is drawn now: npm run docs:pictures", async () => {
  const drawn = await drawAll();
  expect(readdirSync(new URL("pictures/", docs)).sort()).toEqual(Object.keys(drawn).sort());
  for (const [name, svg] of Object.entries(drawn)) {
    const kept = readFileSync(new URL(`pictures/${name}`, docs), "utf8").replaceAll("\r\n", "\n");
    expect([name, kept === svg]).toEqual([name, true]);
  }
});

test("the guide shows each of them", () => {
  const text = readFileSync(new URL("pictures.md", docs), "utf8");
  const shown = [...text.matchAll(/\]\(pictures\/([^)]*)\)/g)].map(([, name]) => name).sort();
  expect(shown).toEqual(readdirSync(new URL("pictures/", docs)).sort());
});
