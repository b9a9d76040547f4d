import { build } from "esbuild";
import { expect, test } from "@jest/globals";

/** The files that go into a bundle of a source file. It fails for a module of Node. */
async function bundled(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [entry], bundle: true, format: "esm", platform: "neutral", mainFields: ["module", "main"],
    write: false, metafile: true,
  });
  return Object.keys(metafile.inputs);
}

test("the core reaches neither pictures nor dagre", async () => {
  for (const entry of ["src/index.ts", "src/charts.ts"]) {
    expect((await bundled(entry)).filter((path) => /pictures|dagre/.test(path))).toEqual([]);
  }
});

test("the pictures reach dagre and nothing of Node", async () => {
  const files = await bundled("src/pictures.ts");
  expect(files.some((path) => path.includes("@dagrejs/dagre"))).toBe(true);
  expect(files.filter((path) => path.includes(".node."))).toEqual([]);
});
