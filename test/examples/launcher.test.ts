import { readdirSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { runScript } from "./run-script.ts";

test.each([[[]], [["--help"]]])("example %j lists the examples, each with a sentence, in 80 columns", async (args) => {
  const { code, out } = await runScript(["example", ...args]);
  const [, , ...lines] = out.trim().split("\n"), entries = lines.slice(0, lines.indexOf("")).join("\n").split(/\n {2}(?=\S)/);
  expect(code).toBe(0);
  expect(entries.map((entry) => entry.trim().split(" ")[0])).toEqual(
    readdirSync("examples").filter((name) => name.endsWith(".ts")).map((name) => name.slice(0, -3)));
  for (const entry of entries) expect(entry.trim()).toMatch(/^[\w-]+ {2,}[A-Z][^]*[.?!]$/);
  for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("an unknown example is refused with the nearest name and exit code 2", async () => {
  const { code, err } = await runScript(["example", "byhand"]);
  expect({ code, err }).toEqual({
    code: 2, err: "There is no example 'byhand'. Did you mean by-hand? `npm run example` lists all.\n",
  });
});

test("a program gets its own arguments", async () => {
  const { code, out } = await runScript(["example", "mnist-dropout", "--help"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: npm run example -- mnist-dropout \[options\]/);
});

test("an unknown program is refused", async () => {
  const { code, err } = await runScript(["nonsense"]);
  expect(code).toBe(2);
  expect(err).toMatch(/^Usage: /);
});
