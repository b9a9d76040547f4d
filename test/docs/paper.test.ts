import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { readSettings } from "../../src/cli/experiment/flags.node.ts";
import { usageOf } from "../../src/cli/experiment/usage.node.ts";
import { isExperiment } from "../../src/experiment/experiment.ts";

const docs = new URL("../../docs/", import.meta.url), page = readFileSync(new URL("paper.md", docs), "utf8");
const names = readdirSync(new URL("../examples/paper/", docs)).map((file) => file.replace(/\.ts$/, ""));
const sections = page.split(/^(?=## )/m).slice(1);
const commands = [...page.matchAll(/npm run experiment -- examples\/paper\/([\w-]+)\.ts([^`\n#]*)/g)]
  .map(([command, name, args]) => ({ command, name, args: [...args.matchAll(/"([^"]*)"|(\S+)/g)].map(([, a, b]) => a ?? b) }));

test.each(commands)("the page's command is one that the experiment takes: $command", async ({ name, args }) => {
  const module: object = await import(`../../examples/paper/${name}.ts`), subject: unknown = Reflect.get(module, "default");
  if (!isExperiment(subject)) throw new Error(`${name} is no experiment`);
  expect(readSettings(subject, usageOf(subject, name), name, args)).toBeDefined();
});

describe.each(names)("%s on the page", (name) => {
  const title = `## ${name[0].toUpperCase()}${name.slice(1).replace("-", " ")}`;
  const section = sections.find((text) => text.startsWith(`${title}:`)) ?? "";

  test("has its command, pictures, the paper's numbers beside ours, seeds, and machine hours", () => {
    expect(section).toContain(`npm run experiment -- examples/paper/${name}.ts`);
    expect(section).toMatch(/!\[[^\]]{20,}\]\(paper\/[\w-]+\.svg\)/);
    expect(section).toMatch(/^\|.*\bpaper\b.*\bhere\b.*\|$/m);
    expect(section).toMatch(/\d ± \d/);
    expect(section).toMatch(/\b[3-9] seeds\b/);
    expect(section).toMatch(/0\.\d+ machine\s+hours/);
  });

  test("says what agrees or differs, and why", () => { expect(section).toMatch(/\b(agree|differ)s?\b/i); });
});

test("the page shows each of its pictures", () => {
  const shown = [...page.matchAll(/\]\(paper\/([^)]*)\)/g)].map(([, name]) => name).sort();
  expect(shown).toEqual(readdirSync(new URL("paper/", docs)).sort());
});
