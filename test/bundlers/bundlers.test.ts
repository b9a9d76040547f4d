/**
 * Models and checkpoints between minified bundles and Node. esbuild is always there; the other bundlers have a package.json
 * of their own, here, and are tested where they are installed: `npm run check-bundles` does both.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { stage, userFolder, type Staged } from "../package/staged.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const module = (name: string) => JSON.stringify(pathToFileURL(join(here, "node_modules", name)).href);

const bin = (name: string) => JSON.stringify(join(here, "node_modules", name));

/** How each bundler makes bundle.mjs of program.js: JavaScript for a process of its own, in the user's folder. */
const BUNDLERS: Readonly<Record<string, string>> = {
  esbuild: `import { build } from "esbuild";
    await build({ entryPoints: ["program.js"], bundle: true, minify: true, format: "esm", outfile: "bundle.mjs" });`,
  vite: `import { build } from ${module("vite/dist/node/index.js")};
    await build({ logLevel: "error", configFile: false, resolve: { preserveSymlinks: true }, build: {
      outDir: "vite", rollupOptions: { input: "program.js", output: { entryFileNames: "bundle.mjs" } },
    } });
    (await import("node:fs")).copyFileSync("vite/bundle.mjs", "bundle.mjs");`,
  "rollup with terser": `import { rollup } from ${module("rollup/dist/es/rollup.js")};
    import resolve from ${module("@rollup/plugin-node-resolve/dist/es/index.js")};
    import terser from ${module("@rollup/plugin-terser/dist/es/index.js")};
    const bundle = await rollup({ input: "program.js", plugins: [resolve()] });
    await bundle.write({ file: "bundle.mjs", format: "es", plugins: [terser({ module: true, toplevel: true })] });`,
  webpack: `import webpack from ${module("webpack/lib/index.js")};
    await new Promise((done, failed) => webpack({
      mode: "production", entry: "./program.js", output: { path: process.cwd(), filename: "bundle.mjs" }, performance: false,
    }, (error, stats) => error || stats.hasErrors() ? failed(error ?? stats.toString()) : done()));`,
  parcel: `import { execFileSync } from "node:child_process";
    const args = ["build", "program.js", "--dist-dir", "parcel", "--no-cache", "--no-source-maps", "--log-level", "error"];
    execFileSync(process.execPath, [${bin("parcel/lib/bin.js")}, ...args]);
    (await import("node:fs")).copyFileSync("parcel/program.js", "bundle.mjs");`,
};

const areInstalled = existsSync(join(here, "node_modules/webpack"));

let staged: Staged, user: Staged;
beforeAll(() => {
  staged = stage();
  user = userFolder(staged);
  // Parcel bundles only what is declared, for the browsers of browserslist.
  const manifest = { type: "module", dependencies: { chainrule: "*" }, browserslist: "chrome 100" };
  writeFileSync(join(user.folder, "package.json"), JSON.stringify(manifest));
  for (const name of ["program.js", "exchange.mjs"]) copyFileSync(join(here, name), join(user.folder, name));
});
afterAll(() => {
  user.remove();
  staged.remove();
});

interface Saved { readonly model: string; readonly checkpoint: string; readonly names: { errors: string[]; summaries: string[]; json: string } }
interface Read { readonly model: string; readonly end: string; readonly json: string }
interface Exchange { readonly saved: Saved; readonly otherSaved: Saved; readonly read: Read; readonly otherRead: Read }

function exchange(make: string): Exchange {
  const { NODE_OPTIONS: _, ...env } = process.env, cwd = user.folder;
  writeFileSync(join(cwd, "make.mjs"), make);
  const { status, stderr } = spawnSync(process.execPath, ["make.mjs"], { cwd, env, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const args = ["exchange.mjs", join(cwd, "program.js"), join(cwd, "bundle.mjs")];
  return JSON.parse(execFileSync(process.execPath, args, { cwd, env, encoding: "utf8" })) as Exchange;
}

describe.each(Object.entries(BUNDLERS))("fault 77: a bundle minified by %s", (bundler, make) => {
  const check = bundler === "esbuild" || areInstalled ? test : test.skip;

  check("exchanges models and checkpoints with Node, and reports by the real names", () => {
    const { saved, otherSaved, read, otherRead } = exchange(make);
    expect(otherSaved).toEqual(saved);
    // The run that was interrupted ends as the one that was not; a model that was loaded saves the same bytes.
    for (const { model, end, json } of [read, otherRead]) {
      expect([model, end, json]).toEqual([saved.model, saved.model, saved.names.json]);
    }
    const { errors, summaries } = otherSaved.names;
    expect(errors.map((text) => /^\w+/.exec(text)?.[0])).toEqual(["OptionError", "CallOrderError", "GraphError", "ShapeError",
      "DataError", "OptionError", "OptionError", "OptionError"]);
    expect(errors).toContain("OptionError: Trainer evaluate data: expected a Dataset, got a SGD.");
    expect(summaries.join("\n")).toMatch(/Affine\(2 → 8\)[^]*BatchNorm[^]*Gain[^]*Graph[^]*GELU[^]*AlphaDropout[^]*MaxPool2d/);
  });
});

