import { expect, test } from "@jest/globals";
import { runScript } from "./run-script.ts";

test("without a name the examples are listed, a line each", async () => {
  const { code, out } = await runScript(["example"]);
  const lines = out.trim().split("\n").slice(2);
  expect(code).toBe(0);
  expect(lines.map((line) => line.trim().split(" ")[0])).toEqual(
    expect.arrayContaining(["by-hand", "custom-layer", "dropout", "mnist-dropout"]));
  for (const line of lines) expect(line).toMatch(/^ {2}[\w-]+ {2,}\S.*[.?!]$/);
});

test("an unknown example is refused with the nearest name and exit code 1", async () => {
  const { code, err } = await runScript(["example", "byhand"]);
  expect({ code, err }).toEqual({
    code: 1, err: "There is no example 'byhand'. Did you mean by-hand? `npm run example` lists all.\n",
  });
});

test("a program gets its own arguments", async () => {
  const { code, out } = await runScript(["example", "mnist-dropout", "--help"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: npm run example -- mnist-dropout \[options\]/);
});

test("an unknown program is refused", async () => {
  const { code, err } = await runScript(["nonsense"]);
  expect(code).toBe(1);
  expect(err).toMatch(/^Usage: /);
});
