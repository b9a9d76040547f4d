import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "@jest/globals";
import { root } from "./staged.ts";

/** What `tsc --init` turns on beyond the options of this project. */
const INIT = { noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, verbatimModuleSyntax: true };

const pages = ["README.md", ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];
const snippets = pages.flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/```ts\n([^]*?)```/g)].map(([, text], i) => {
    const name = /^\/\/ (\S+)\n/.exec(text)?.[1] ?? `${basename(page, ".md")}${i}.mts`;
    return { name, text };
  }));

/** Errors of TypeScript in the pages' code and in the examples. The sources are compiled with the project's options. */
function complaints(): readonly string[] {
  const folder = mkdtempSync(join(root, ".dist-pages-"));
  try {
    for (const { name, text } of snippets) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({
      extends: "../tsconfig.json",
      compilerOptions: { ...INIT, paths: { chainrule: ["../src/index.ts"], "chainrule/*": ["../src/*.ts"] } },
      include: ["*.ts", "*.mts", "../examples"],
    }));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], { cwd: root, encoding: "utf8" });
    return stdout.split("\n").filter((line) => /^\S/.test(line) && !line.startsWith("src/"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the code of README and the guides and the examples compile with the options that `tsc --init` writes", () => {
  expect(new Set(snippets.map(({ name }) => name)).size).toBe(snippets.length);
  expect(snippets.length).toBeGreaterThan(15);
  expect(complaints()).toEqual([]);
});
