import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { saveModel } from "chainrule/node";
import { network } from "../../examples/networks/tiny.ts";

const root = new URL("../..", import.meta.url), folder = mkdtempSync(join(tmpdir(), "chainrule-picture-"));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function run(what: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ["scripts/run.mjs", what, ...args], { cwd: root, encoding: "utf8" });
}

test("without arguments the layers of the tiny network are printed as SVG", () => {
  const { status, stdout } = run("picture");
  expect(stdout).toMatch(/^<svg xmlns=[^]*<title>tiny<\/title>[^]*<\/svg>\n$/);
  expect(status).toBe(0);
});

test("a model file is drawn, into a file", () => {
  const model = join(folder, "model.safetensors"), out = join(folder, "model.svg");
  saveModel(network, model);
  expect(run("picture", model, "--out", out)).toMatchObject({ status: 0, stdout: `Wrote ${out}.\n` });
  expect(readFileSync(out, "utf8")).toContain("Affine(3 → 4)");
  expect(run("picture", model, "--kind", "graph").stderr).toContain("expected a batch of rows to run the network on, got no x");
});

test("an experiment is drawn with the first rows it trains on", () => {
  const { status, stdout } = run("picture", "examples/optimizers.ts", "--kind", "thinned");
  expect(stdout).toContain("mode train, row 0");
  expect(status).toBe(0);
});

test("Mermaid and DOT are printed as text", () => {
  expect(run("picture", "--kind", "mermaid").stdout).toMatch(/^flowchart TD\n/);
  expect(run("picture", "--kind", "dot").stdout).toMatch(/^digraph "tiny" \{\n/);
});

test("trace --picture writes the graph with the numbers of trace --json", () => {
  const out = join(folder, "trace.svg"), { status, stdout } = run("trace", "--picture", out);
  expect([status, stdout]).toEqual([0, `Wrote ${out}.\n`]);
  const svg = readFileSync(out, "utf8"), shown = [...svg.matchAll(/text-anchor="end">([^<]*)</g)].map(([, text]) => text);
  const events: { phase: string; values: number[] }[] = JSON.parse(run("trace", "--json").stdout);
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
  ])("%j", ([what, ...args], sentence) => {
    const { status, stdout, stderr } = run(what, ...args);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect([status, stdout]).toEqual([2, ""]);
  });
});

const hasPainter = existsSync(new URL("node_modules/@napi-rs/canvas", root));

test("a PNG is drawn if there is what draws it, else what to install is said", () => {
  const out = join(folder, "layers.png"), { status, stderr } = run("picture", "--out", out);
  expect(status).toBe(hasPainter ? 0 : 2);
  if (hasPainter) expect(readFileSync(out).subarray(1, 4).toString()).toBe("PNG");
  else expect(stderr).toContain("npm install @napi-rs/canvas");
});
