import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { root, stage, userFolder, type Staged } from "./staged.ts";

const guide = readFileSync(join(root, "docs/write-your-own-layer.md"), "utf8");
const blocks = [...guide.matchAll(/```(\w+)\n([^]*?)```/g)].map(([, language, text]) => ({ language, text }));
const files = blocks.filter(({ language }) => language === "ts").map(({ text }) => {
  return { name: /^\/\/ (\S+)\n/.exec(text)?.[1] ?? "", text };
});

const tsconfig = blocks.find(({ language }) => language === "json")?.text ?? "";

/** Each command, with what the guide says it prints. */
const runs = blocks.flatMap(({ language, text }, i) => {
  const next = blocks[i + 1];
  return language === "sh" && next?.language === "text" ? [{ command: text.trim(), prints: next.text }] : [];
});

/** Lines of "…" stand for any lines, and "…" at a line's end for its rest. */
function pattern(prints: string): RegExp {
  const lines = prints.trimEnd().split("\n").map((line) => {
    if (line === "…") return "(?:.*\n)*?";
    return `${line.replace(/ ?…$/, "\0").replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace("\0", ".*")}\n`;
  });
  return new RegExp(`^${lines.join("")}$`);
}

let staged: Staged, user: Staged;
beforeAll(() => {
  staged = stage();
  user = userFolder(staged);
  writeFileSync(join(user.folder, "package.json"), '{ "type": "module" }');
  for (const { name, text } of files) writeFileSync(join(user.folder, name), text);
});
afterAll(() => {
  user.remove();
  staged.remove();
});

function run(...args: readonly string[]) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: user.folder, encoding: "utf8", env });
  return { status, stdout, stderr };
}

/** npx finds these two in node_modules. */
function runCommand(command: string) {
  const [, program, ...args] = command.split(" ");
  return program === "chainrule"
    ? run("node_modules/chainrule/bin/chainrule.js", ...args)
    : run("--import", "tsx", ...args);
}

function compile(options: object) {
  const { compilerOptions } = JSON.parse(tsconfig) as { compilerOptions: object };
  writeFileSync(join(user.folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...compilerOptions, ...options } }));
  return run(join(root, "node_modules/typescript/bin/tsc"), "-p", ".");
}

test("every file of the guide has its name on top", () => {
  expect(files.length).toBeGreaterThan(8);
  for (const { name } of files) expect(name).toMatch(/^[\w.-]+\.ts$/);
});

test("its code is strictly typed by its own tsconfig.json", () => {
  expect(compile({}).stdout).toBe("");
});

describe("its commands print what it says:", () => {
  test.each(runs)("$command", ({ command, prints }) => {
    const { status, stdout, stderr } = runCommand(command);
    expect(stdout === "" ? stderr : stdout).toMatch(pattern(prints));
    expect(status).toBe(prints.includes("FAILED") ? 1 : 0);
  });

  test("there are as many as it has outputs", () => {
    expect(runs.length).toBe(blocks.filter(({ language }) => language === "text").length);
  });
});

test.each([
  ["the mask drawn again", "this.recall().mask", "this.random.bernoulli(this.keep, dy)", "fresh mask in backward"],
  ["no division by keep", " / this.keep", "", "1/keep is missing"],
  ["multiplied by drop", "/ this.keep", "* (1 - this.keep)", "multiplies by drop"],
])("the slip it invites to try, %s, is found and named", (_, from, to, named) => {
  const right = files.find(({ name }) => name === "drop.ts")?.text ?? "";
  expect(right).toContain(from);
  writeFileSync(join(user.folder, "slip.ts"), right.replace(from, to));
  const { status, stdout } = runCommand("npx chainrule check-layer slip.ts");
  expect(stdout.replace(/\s+/g, " ")).toContain(named);
  expect(status).toBe(1);
});

test("its tests, with its own jest configuration, pass for a right layer and show the report of a wrong one", () => {
  const right = files.find(({ name }) => name === "swish.test.ts")?.text ?? "";
  writeFileSync(join(user.folder, "wrong.test.ts"), right.replaceAll("Swish()", "HalfSwish()")
    .replace('{ Swish } from "./swish.ts"', '{ HalfSwish } from "./wrong.ts"'));
  const own = JSON.parse(blocks.find(({ language }) => language === "jsonc")?.text ?? "") as { transform: object };
  const [[pattern, [, options]]] = Object.entries(own.transform) as [string, [string, object]][];
  const transform = { [pattern]: [join(root, "node_modules/ts-jest"), { ...options, diagnostics: false }] };
  const config = JSON.stringify({ ...own, rootDir: user.folder, transform });
  const { stderr } = run("--experimental-vm-modules", join(root, "node_modules/jest/bin/jest.js"), "--config", config, "--runInBand");
  expect(stderr).toMatch(/PASS .*swish\.test\.ts/);
  expect(stderr).toMatch(/FAIL .*wrong\.test\.ts/);
  expect(stderr).toContain("FAILED: 1 of 22 checks");
});
