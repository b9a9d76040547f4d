import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const root = fileURLToPath(new URL("..", import.meta.url));

/** All modules reached from one by relative imports, and what else they import. */
function reachedFrom(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set([entry]), packages = new Set<string>();
  for (const file of files) {
    for (const [, name] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?"([^"\s]+)"/g)) {
      if (name.startsWith(".")) files.add(join(dirname(file), name));
      else packages.add(name);
    }
  }
  return { files, packages };
}

describe("the built package", () => {
  let out = "";
  beforeAll(() => {
    out = mkdtempSync(join(root, ".dist-"));
    execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--outDir", out], {
      cwd: root,
    });
  });
  afterAll(() => { rmSync(out, { recursive: true }); });

  test("has its two entries with types", () => {
    expect(readdirSync(out)).toEqual(expect.arrayContaining(["index.js", "index.d.ts", "node.js", "node.d.ts"]));
  });

  test("index.js reaches many modules, none of Node and no package", () => {
    const { files, packages } = reachedFrom(join(out, "index.js"));
    expect(files.size).toBeGreaterThan(25);
    expect([...packages]).toEqual([]);
  });

  test("its modules run as plain JavaScript", () => {
    const program = `import { Affine, tensor } from ${JSON.stringify(pathToFileURL(join(out, "index.js")).href)};
      const layer = new Affine(2, 1, { init: tensor([[1], [2]]) });
      console.log(JSON.stringify(layer.forward(tensor([[3, 4]])).toArray()));`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(printed.trim()).toBe("[[11]]");
  });
});
