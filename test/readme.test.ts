import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, code]) => code);

const run = (file: string, ...args: string[]) => execFileSync(process.execPath, [file, ...args], {
  cwd: root, encoding: "utf8", stdio: "pipe",
});

describe("the snippets of the README", () => {
  let folder = "";
  beforeAll(() => { folder = mkdtempSync(join(root, ".readme-")); });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  test.each(blocks("ts").map((code, i) => [i + 1, code] as const))("snippet %i prints what it says", (i, code) => {
    const file = join(folder, `snippet${i}.mts`);
    writeFileSync(file, code);
    const launcher = join(folder, `snippet${i}.mjs`);
    writeFileSync(launcher, `import { register } from "tsx/esm/api"; register(); await import("./snippet${i}.mts");`);
    const promised = [...code.matchAll(/console\.log.*\/\/ (.*)/g)].map(([, text]) => text);
    expect(promised.length).toBeGreaterThan(0);
    expect(run(launcher).trim().split("\n")).toEqual(promised);
  });
});

describe("the commands of the README", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm (start|test|run [\w-]+)/g)].map(([, name]) => name.replace("run ", ""));

  test("each is a script of the package", () => {
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });

  test.each([...readme.matchAll(/npm run example -- ([\w-]+)/g)].map(([, name]) => name))("example %s runs", (name) => {
    expect(run("scripts/run.mjs", "example", name).length).toBeGreaterThan(100);
  });

  test("the main job runs and writes the report it names", () => {
    const folder = mkdtempSync(join(root, ".readme-job-"));
    const report = join(folder, "report.html");
    run("scripts/run.mjs", "mnist-dropout", "--train", "20", "--test", "20", "--hidden", "5", "--epochs", "1",
      "--seeds", "1", "--json", join(folder, "result.json"), "--report", report);
    expect(readFileSync(report, "utf8")).toContain("<html");
    rmSync(folder, { recursive: true });
  });

  test("the files it links to are there", () => {
    for (const [, path] of readme.matchAll(/\]\(([\w./-]+)\)/g)) expect(readFileSync(join(root, path)).length).toBeGreaterThan(0);
  });
});
