import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { savePicture, saveModel } from "chainrule/node";
import { network } from "../../examples/networks/tiny.ts";
import { session } from "../session.ts";

const root = new URL("../..", import.meta.url), folder = mkdtempSync(join(tmpdir(), "chainrule-picture-"));
const { run, close } = session();
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

test("without arguments the layers of the tiny network are printed as SVG", async () => {
  const { code, out } = await run("picture");
  expect(out).toMatch(/^<svg xmlns=[^]*<title>tiny<\/title>[^]*<\/svg>\n$/);
  expect(code).toBe(0);
});

test("a model file is drawn, into a file", async () => {
  const model = join(folder, "model.safetensors"), file = join(folder, "model.svg");
  saveModel(network, model);
  expect(await run("picture", model, "--out", file)).toMatchObject({ code: 0, out: `Wrote ${file}.\n` });
  expect(readFileSync(file, "utf8")).toContain("Affine(3 → 4)");
  expect((await run("picture", model, "--kind", "graph")).err).toContain("expected a batch of rows to run the network on, got no x");
});

test("an experiment is drawn with the first rows it trains on", async () => {
  const { code, out } = await run("picture", "examples/optimizers.ts", "--kind", "thinned");
  expect(out).toContain("mode train, row 0");
  expect(code).toBe(0);
});

test("Mermaid and DOT are printed as text", async () => {
  expect((await run("picture", "--kind", "mermaid")).out).toMatch(/^flowchart TD\n/);
  expect((await run("picture", "--kind", "dot")).out).toMatch(/^digraph "tiny" \{\n/);
});

test("trace --picture writes the graph with the numbers of trace --json", async () => {
  const file = join(folder, "trace.svg"), { code, out } = await run("trace", "--picture", file);
  expect([code, out]).toEqual([0, `Wrote ${file}.\n`]);
  const svg = readFileSync(file, "utf8"), shown = [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map(([, text]) => text);
  const events: { phase: string; values: number[] }[] = JSON.parse((await run("trace", "--json")).out);
  const pass = events.filter(({ phase }) => phase !== "update");
  for (const value of pass.flatMap(({ values }) => values)) {
    expect(shown).toContain(value === 0 ? "0" : String(Number(value.toPrecision(4))));
  }
});

describe("is refused in one sentence, with exit code 2:", () => {
  test.each([
    [["picture", "--kind", "layer"], 'Did you mean "layers"?'],
    [["picture", "--kind", "layers", "--row", "1"], "--kind layers: expected --input, got --row"],
    [["picture", "--kind", "masks", "--eval"], "a pass without masks, in mode eval"],
    [["picture", "--kind", "thinned", "--row", "2"], "at most 1"],
    [["picture", "--out", "a.txt"], "a name that ends in .svg or .png"],
    [["picture", "--kind", "dot", "--out", "a.svg"], "a name of a text file"],
    [["picture", "a.ts", "b.ts"], "expected one, got 2 files"],
    [["picture", "missing.ts"], "got no such file"],
    [["picture", "missing.safetensors"], "got no such file"],
    [["picture", "test/tools.ts"], "expected a network of this chainrule"],
    [["picture", "--input", "3,x"], "an integer"],
    [["trace", "--picture", "a.txt"], "a name that ends in .svg or .png"],
    [["trace", "--picture", "a.svg", "--json"], "--json"],
  ])("%j", async ([what, ...args], sentence) => {
    const { code, out, err } = await run(what, ...args);
    expect(err).toContain(sentence);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect([code, out]).toEqual([2, ""]);
  });
});

const hasPainter = existsSync(new URL("node_modules/@napi-rs/canvas", root));

test("a PNG is drawn if there is what draws it, else what to install is said", async () => {
  const file = join(folder, "layers.png"), { code, err } = await run("picture", "--out", file);
  expect(code).toBe(hasPainter ? 0 : 2);
  if (hasPainter) expect(readFileSync(file).subarray(1, 4).toString()).toBe("PNG");
  else expect(err).toContain("npm install @napi-rs/canvas");
});

test("savePicture writes SVG text as it is, and refuses other endings and what is no text", async () => {
  const file = join(folder, "own.svg"), svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  await savePicture(file, svg);
  expect(readFileSync(file, "utf8")).toBe(svg);
  await expect(savePicture(join(folder, "own.gif"), svg)).rejects.toThrow(
    /^savePicture: expected a name that ends in \.svg or \.png, got /);
  await expect(Reflect.apply(savePicture, undefined, [file, undefined])).rejects.toThrow("savePicture svg: expected");
});
