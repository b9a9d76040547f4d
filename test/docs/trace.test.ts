/** Each question of docs/trace.md is answered by its command, word for word. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SOURCES } from "../sources/process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/trace.md"), "utf8");
const [, script = ""] = /```js\n([^]*?)```/.exec(page) ?? [];
const answers = [...page.matchAll(/## (\d+\. .*)\n[^#]*?```sh\nnpx chainrule (.*)\n```\n\n```text\n([^]*?)```/g)]
  .map(([, question, command, text]) => ({ question, args: command.replaceAll("'", "").split(" "), text }));

/** In one process, as starting one takes longer than tracing. */
const RUN = `
  const { main } = await import(${JSON.stringify(new URL("../../src/cli/main.node.ts", import.meta.url).href)});
  for (const args of JSON.parse(process.argv[1])) {
    await main(args);
    console.log("\\0");
  }
`;

/** Without the files of layers, whose place differs, and the digits of rounding. */
const comparable = (text: string) => text.replace(/, \S*\.[jt]s$/gm, "").replace(/\b\d(\.\d)?e-1\d\b/g, "0").trim();

test("docs/trace.md has ten questions, each answered by its command", () => {
  expect(answers).toHaveLength(10);
  const folder = mkdtempSync(join(root, ".docs-trace-"));
  try {
    writeFileSync(join(folder, "branches.mjs"), script);
    const commands = JSON.stringify(answers.map(({ args }) => args)), { NODE_OPTIONS: _, ...inherited } = process.env;
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", SOURCES, "--input-type=module", "-e", RUN, commands], {
      cwd: folder, env: { ...inherited, COLUMNS: "80" }, encoding: "utf8",
    });
    expect(stderr).toBe("");
    const printed = stdout.split("\0\n");
    answers.forEach(({ question, text }, i) => {
      expect(`${question}\n${comparable(printed[i])}`).toBe(`${question}\n${comparable(text)}`);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
