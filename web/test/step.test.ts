/** Step shows the framework's own numbers, for every layer of the family, there and back. */
import { readdirSync, readFileSync } from "node:fs";
import { CATALOG } from "../src/network/catalog.ts";
import { shown } from "../src/step/numbers.ts";
import { linesOf, sourceFileOf } from "../src/step/source-file.ts";
import { sessionOf } from "./in-node.ts";
import { Pages, resultsOn } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

/** A network around each kind, and a row it takes. */
const NETWORKS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(CATALOG).map((kind) => [kind, `layers=affine:4,${kind},affine:2`])),
  affine: "layers=affine:3,affine:2",
  softmax: "layers=affine:3,softmax",
  logsoftmax: "layers=affine:3,logsoftmax,affine:2",
  residual: "layers=affine:4,residual(affine:4,relu),affine:2",
  stochasticdepth: "layers=affine:4,stochasticdepth,affine:2&rows=3",
  conv: "layers=conv:2:2,flatten,affine:2&input=1x3x3",
  maxpool: "layers=maxpool,flatten,affine:2&input=1x4x4",
  avgpool: "layers=avgpool,flatten,affine:2&input=1x4x4",
  globalavgpool: "layers=conv:2:2,globalavgpool,affine:2&input=1x3x3",
  spatialdropout: "layers=conv:3:2,spatialdropout:0.5,flatten,affine:2&input=1x3x3",
  flatten: "layers=flatten,affine:2&input=1x2x2",
  batchnorm: "layers=affine:4,batchnorm,affine:2&rows=3",
};

// A layer of the user's own has tests of its own.
test.each(Object.keys(NETWORKS).filter((kind) => kind in CATALOG && kind !== "own"))(
  "%s: to the end and back, every number is that of Node",
  async (kind) => {
    const query = `${NETWORKS[kind]}&digits=17`,
      { steps } = sessionOf(query).opened;
    const { page, problems } = await pages.open(`#step?${query}`);
    const check = async (op: number) => {
      await page.locator("h3", { hasText: `${op}. ` }).waitFor();
      const expected = Object.fromEntries(
        steps[op - 1].results.map(({ name, values }) => [name, values.map((value) => shown(value, 17))]),
      );
      const found = await resultsOn(page);
      for (const [name, texts] of Object.entries(expected)) {
        // Dropped units of a mask are words.
        expect(found[name].map((text) => (text === "drop" ? "0" : text))).toEqual(texts);
      }
    };
    await page.getByRole("button", { name: "Start →" }).click();
    for (let op = 1; op <= steps.length; op++) {
      await check(op);
      if (op < steps.length) await page.getByRole("button", { name: "Next →" }).click();
    }
    await page.getByRole("slider").fill("1");
    await check(1);
    expect(problems.filter((problem) => !problem.includes("WebAssembly"))).toEqual([]);
  },
);

test("the lines that compute a step are its layer's, loss's or optimizer's own", () => {
  const src = new URL("../../src/", import.meta.url);
  const files = ["layers", "losses", "optim"].flatMap((folder) =>
    readdirSync(new URL(folder, src), { recursive: true })
      .map((name) => `${folder}/${String(name)}`)
      .filter((name) => name.endsWith(".ts")),
  );
  const queries = [...Object.values(NETWORKS), "softmax=two-steps", "optimizer=adam", "layers=affine:1"];
  const kinds = queries
    .filter((query) => !query.includes(",own,"))
    .flatMap((query) => sessionOf(query).opened.steps.map(({ kind }) => kind));
  const without = new Set(kinds.filter((kind) => sourceFileOf(kind, files) === undefined));
  expect([...without]).toEqual(["sum over 2 branches"]);
  const relu = sourceFileOf("ReLU", files) ?? "";
  expect(relu).toMatch(/\/relu\.ts$/);
  expect(sourceFileOf("Softmax and CrossEntropy", files)).toMatch(/\/cross-entropy\.ts$/);
  const dropout = readFileSync(new URL(sourceFileOf("Dropout(keep 0.8)", files) ?? "", src), "utf8");
  expect(linesOf(dropout, "backward").lines[0]).toMatch(/^ {2}.*backward\(/);
});

test("the tiny network has PyTorch's numbers", () => {
  const expected = JSON.parse(
    readFileSync(new URL("../../../shared/tiny/expected.json", import.meta.url), "utf8"),
  ) as Record<string, unknown>;
  const { steps } = sessionOf("").opened,
    found = new Map(steps.flatMap(({ results }) => results.map(({ name, values }) => [name, values])));
  for (const [name, ours] of Object.entries({
    z1: "z1",
    a1: "a1",
    d1: "d1",
    z2: "z2",
    P: "P",
    dz2: "dz2",
    dW2: "dW2",
    db2: "db2",
    dd1: "dd1",
    da1: "da1",
    dz1: "dz1",
    dW1: "dW1",
    db1: "db1",
    dX: "dX",
  })) {
    const values = found.get(ours),
      theirs = [expected[name]].flat(3) as number[];
    if (values === undefined) continue;
    theirs.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 12));
  }
  expect(found.get("dW2")).toBeDefined();
});

test("a chosen number shows its expression, why it is zero, its numeric gradient and where it goes", async () => {
  const { page } = await pages.open("#step?op=8&cell=dW2.1.0");
  const panel = page.getByRole("region", { name: "The chosen number" });
  await panel.getByText("the mask dropped it").waitFor();
  await panel.locator("math").first().waitFor();
  expect(await panel.innerText()).toContain("numeric, (L(w + h)");
  await panel.getByRole("button", { name: /^W2\[1,0\]/ }).click();
  await page.locator("h3", { hasText: "SGD" }).waitFor();
  expect(page.url()).toContain("cell=W2.1.0");
});

test("what a number was made of is outlined, and told to those who do not see it", async () => {
  const { page } = await pages.open("#step?op=1&cell=z1.0.1");
  await page.locator("td.source").first().waitFor();
  // Row 0 of X, column 1 of W1 and one bias.
  expect(await page.locator("td.source button").allInnerTexts()).toEqual(["1", "2", "−1", "−0.4", "0.1", "0.5", "0"]);
  await page.getByRole("button", { name: "W1[1,1] = 0.1, goes into the chosen number" }).waitFor();
});

test("a number stays chosen in the next step: what it goes into is outlined, its gradient a click away", async () => {
  const { page } = await pages.open("#step?op=1&cell=z1.0.0");
  await page.getByRole("button", { name: "z1[0,0] = 1", exact: true }).waitFor();
  await page.getByRole("button", { name: "Next →" }).click();
  await page.locator("h3", { hasText: "2. ReLU" }).waitFor();
  await page.locator("td.target").waitFor();
  expect(await page.locator("td.target button").getAttribute("aria-label")).toBe(
    "a1[0,0] = 1, made from the chosen number",
  );
  await page.getByRole("button", { name: /^Its gradient dz1\[0,0\]/ }).click();
  await page.locator("h3", { hasText: "10. ReLU" }).waitFor();
  await page.getByRole("heading", { name: /^dz1\[0,0\] = −0\.09522/ }).waitFor();
});

test("a weight shows its numeric gradient, and a number in a branch can be linked to", async () => {
  const { page } = await pages.open("#step?op=1&cell=W1.0.0");
  await page.getByText("Its gradient by backward: −0.09521979083").waitFor();
  const branch = await pages.open("#step?layers=affine:3,residual(affine:3,relu),affine:2&op=2&cell=residual.z1.0.2");
  await branch.page.getByRole("heading", { name: /^residual\.z1\[0,2\] = / }).waitFor();
  expect(await branch.page.getByRole("alert").count()).toBe(0);
});

test("the keyboard goes through steps and numbers", async () => {
  const { page } = await pages.open("#step");
  await page.getByRole("button", { name: "Start →" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.locator("h3", { hasText: "1. Affine" }).waitFor();
  await page.getByRole("button", { name: /^z1\[0,0\]/ }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^z1\[1,1\] = / }).waitFor();
});

test("backward numbers are guessed before they are shown", async () => {
  const { page } = await pages.open("#step?guess=yes&op=7");
  await page.getByRole("button", { name: "dz2[0,0] = ?" }).waitFor();
  await page.getByLabel("What is dz2[0,0]?").fill("0.15");
  await page.getByRole("button", { name: "Check the guess" }).click();
  await page.getByText("Not that number").waitFor();
  await page.getByLabel("What is dz2[0,0]?").fill("−0.152");
  await page.getByRole("button", { name: "Check the guess" }).click();
  await page.getByText("Right: −0.1524.").waitFor();
  await page.getByRole("button", { name: "Show it" }).click();
  await page.getByRole("button", { name: /^dz2\[0,0\] = −0\.1524/ }).waitFor();
});

test("layers that do not fit are named, and the page stays", async () => {
  const { page } = await pages.open("#step?layers=conv,affine:2&input=3");
  await page.getByRole("alert").first().waitFor();
  await page.getByText("Network and settings").click();
  await page.getByRole("button", { name: "Remove Conv2d 1" }).click();
  await page.getByRole("button", { name: "Start →" }).waitFor();
});

test("both scalings of dropout agree at test time for the same weights, up to the factor keep", () => {
  const [inverted, atEval] = sessionOf("layers=dropout:0.5,affine:2").opened.comparison;
  // The mean over masks estimates the output at test time; scaled at test time, it is that of inputs times keep.
  expect(inverted.scaling).toBe("inverted");
  expect(atEval.atTest).not.toEqual(inverted.atTest);
});
