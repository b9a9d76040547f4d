/** "Show the code" is a program that runs with the package and computes what the page shows. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { readFields } from "../src/link/fields.ts";
import { SAMPLES } from "../src/own-layer/samples.ts";
import { trainCode } from "../src/train/code.ts";
import { digestOf } from "../src/train/run.ts";
import { TRAIN_FIELDS } from "../src/train/settings.ts";
import { dataInNode, digestsInNode, sessionOf } from "./in-node.ts";
import { Pages } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the first of some files in a folder where the package is found. */
function run(files: Readonly<Record<string, string>>): string {
  mkdirSync(join(root, "out"), { recursive: true });
  const folder = mkdtempSync(join(root, "out/page-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { NODE_OPTIONS: _, ...env } = process.env;
    return execFileSync(process.execPath, ["--import", "tsx", join(folder, Object.keys(files)[0])], {
      encoding: "utf8",
      cwd: folder,
      env,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The programs that a page shows. */
async function codeOn(page: Page): Promise<readonly string[]> {
  await page.getByText("Show the code").click();
  await page.locator("details.code pre").first().waitFor();
  return page.locator("details.code").last().locator("pre").allInnerTexts();
}

const SMALL =
  "rows=40&batch=20&epochs=5&aLayers=affine:6,tanh&bLayers=affine:6,tanh,dropout:0.8&bOptimizer=adam&bRate=0.01";
const WEIGHTS = `
const weights = [first, second].map((one) => one.parameters.map(({ value }) => [...value.data]));
console.log(JSON.stringify(weights));
`;

test.each([
  "data=spirals",
  "data=moons",
  "data=digits&aDecay=0.01",
  "data=function&formula=-x^2%2B0.5sin(4x)/2-2e-1&noise=0.1",
  "data=points&points=1a0291ab1cd1&aLayers=",
])("Train's program trains both networks to the page's bits: %s", async (data) => {
  const query = `${SMALL}&${data}`,
    { values: settings } = readFields(TRAIN_FIELDS, new URLSearchParams(query));
  const { shape, classes } = await dataInNode(settings);
  const code = trainCode({ settings, shape, classes: classes.length, table: undefined });
  const printed = run({ "train.ts": code + WEIGHTS }).trim().split("\n").at(-1) ?? "";
  const weights = JSON.parse(printed) as readonly (readonly (readonly number[])[])[];
  expect(weights.map((one) => digestOf(one.map((numbers) => Float32Array.from(numbers))))).toEqual(
    await digestsInNode(query),
  );
});

test("the page's programs for a table and for a layer of one's own reach the accuracies of the page", async () => {
  const errorsOn = async (page: Page) => {
    await page.getByRole("button", { name: "Train", exact: true }).click();
    await page.getByText("Trained.").waitFor({ timeout: 60_000 });
    return page.locator("dl.numbers div:first-child dd").allInnerTexts();
  };
  const errorsIn = (printed: string) =>
    printed
      .trim()
      .split("\n")
      .map((line) => `${(100 * (1 - Number(line.split(" ").at(-1)))).toFixed(2)} %`);

  const table = `a,b,kind\n${Array.from({ length: 60 }, (_, i) => `${i % 7},${(i * i) % 5},k${i % 3}`).join("\n")}`;
  const { page } = await pages.open(`#train?${SMALL}&data=table`);
  await page
    .getByLabel("CSV file")
    .setInputFiles({ name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  const ofTable = await errorsOn(page),
    [program] = await codeOn(page);
  expect(errorsIn(run({ "train.ts": program, "mine.csv": table }))).toEqual(ofTable);

  const query = new URLSearchParams({ own: SAMPLES.swish, data: "xor", bLayers: "affine:6,own" }).toString();
  const own = await pages.open(`#train?${SMALL.replace(/&bLayers=[^&]*/, "")}&${query}`);
  await own.page.getByRole("button", { name: "Run the layer" }).click();
  const ofOwn = await errorsOn(own.page),
    [first, second] = await codeOn(own.page);
  expect(first).toContain('import { Swish as OwnLayer } from "./own-layer.ts";');
  expect(errorsIn(run({ "train.ts": first, "own-layer.ts": second }))).toEqual(ofOwn);
});

test.each([
  "",
  "edits=x.0=3;p0.0=1.2;m0.5=1&softmax=two-steps&optimizer=adam",
  "layers=affine:4,residual(affine:4,dropout:0.7),dropout:0.6,affine:3&edits=m0.1=0&rows=3&draw=2",
  "layers=affine:1&mode=eval&optimizer=none&draw=3",
])("Step's program computes the numbers of the page, bit for bit: %s", (query) => {
  const { code, steps } = sessionOf(query).opened,
    line = 'console.log("  ", name, values);';
  expect(code).toContain(line);
  const printed = run({ "step.ts": code.replace(line, "console.log(JSON.stringify([name, values]));") });
  const expected = steps.flatMap(({ results }) => results.map(({ name, values }) => JSON.stringify([name, values])));
  expect(printed.split("\n").filter((text) => text.startsWith("["))).toEqual(expected);
});

test("Step shows its program", async () => {
  const { page } = await pages.open("#step"),
    [code] = await codeOn(page);
  expect(code.trim()).toBe(sessionOf("").opened.code.trim());
});
