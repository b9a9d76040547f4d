/** "Show the code" is a program that runs with the package and computes what the page shows. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sessionOf } from "./in-node.ts";
import { Pages } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a program in a folder where the package is found. */
function run(code: string): string {
  mkdirSync(join(root, "out"), { recursive: true });
  const folder = mkdtempSync(join(root, "out/page-"));
  try {
    writeFileSync(join(folder, "program.ts"), code);
    const { NODE_OPTIONS: _, ...env } = process.env;
    return execFileSync(process.execPath, ["--import", "tsx", join(folder, "program.ts")], {
      encoding: "utf8",
      cwd: root,
      env,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function codeOn(link: string): Promise<string> {
  const { page } = await pages.open(link);
  await page.getByText("Show the code").click();
  return page.locator("details.code pre").first().innerText();
}

test.each(["spirals", "moons", "blobs", "xor"])("Train on %s reaches the accuracy of the page", async (data) => {
  const query = `data=${data}&rows=40&batch=20&epochs=5&aLayers=affine:6,tanh&bLayers=affine:6,tanh,dropout:0.8`;
  const printed = run(await codeOn(`#train?${query}`));
  const { page } = await pages.open(`#train?${query}`);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor({ timeout: 60_000 });
  const errors = await page.locator("dl.numbers div:first-child dd").allInnerTexts();
  const accuracies = printed.trim().split("\n").map((line) => Number(line.split(" ").at(-1)));
  expect(errors).toEqual(accuracies.map((accuracy) => `${(100 * (1 - accuracy)).toFixed(2)} %`));
});

test.each([
  "",
  "edits=x.0=3;p0.0=1.2;m0.5=1&softmax=two-steps&optimizer=adam",
  "layers=affine:4,residual(affine:4,dropout:0.7),dropout:0.6,affine:3&edits=m0.1=0&rows=3",
  "layers=affine:1&mode=eval&optimizer=none",
])("Step's program computes the numbers of the page, bit for bit: %s", (query) => {
  const { code, steps } = sessionOf(query).opened,
    line = 'console.log("  ", name, values);';
  expect(code).toContain(line);
  const printed = run(code.replace(line, "console.log(JSON.stringify([name, values]));"));
  const expected = steps.flatMap(({ results }) => results.map(({ name, values }) => JSON.stringify([name, values])));
  expect(printed.split("\n").filter((text) => text.startsWith("["))).toEqual(expected);
});

test("Step shows its program", async () => {
  expect((await codeOn("#step")).trim()).toBe(sessionOf("").opened.code.trim());
});
