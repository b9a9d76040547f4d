/** Train computes what a program in Node computes, bit for bit, and shows it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { digestsInNode } from "./in-node.ts";
import { ISOLATED, Pages, STRICT } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

const OUT = new URL("../../out/", import.meta.url);

const QUERIES = {
  "digits, with and without dropout":
    "rows=100&epochs=3&aLayers=affine:20,relu&bLayers=dropout:0.8,affine:20,relu,dropout:0.7",
  "spirals, Adam beside SGD":
    "data=spirals&rows=60&batch=20&epochs=5&aLayers=affine:8,tanh&bLayers=affine:8,tanh&bOptimizer=adam&bRate=0.01",
  "a function":
    "data=function&formula=x^2-0.2&rows=60&batch=20&epochs=5&aLayers=affine:8,relu&bLayers=affine:8,gelu&aMomentum=0.9",
};

test.each(Object.entries(QUERIES))("%s: both networks end in the bits of Node", async (_, query) => {
  const { page, problems } = await pages.open(`#train?${query}`);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll("[data-digest]").length === 2, undefined, {
    timeout: 120_000,
  });
  expect(await page.locator("[data-digest]").allInnerTexts()).toEqual(await digestsInNode(query));
  expect(problems.filter((problem) => !problem.includes("WebAssembly"))).toEqual([]);
});

test("with WebAssembly and an isolated page the bits are the same", async () => {
  const query = QUERIES["digits, with and without dropout"];
  const { page } = await pages.open(`#train?${query}`, {
    ...ISOLATED,
    "content-security-policy": `${STRICT["content-security-policy"]}; script-src 'self' 'wasm-unsafe-eval'`,
  });
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll("[data-digest]").length === 2, undefined, {
    timeout: 120_000,
  });
  expect(await page.locator("[data-digest]").allInnerTexts()).toEqual(await digestsInNode(query));
});

test("steps and epochs one at a time end in the same bits", async () => {
  const query = "data=moons&rows=40&batch=20&epochs=2&aLayers=affine:6,relu&bLayers=affine:6,relu,dropout:0.7";
  const { page } = await pages.open(`#train?${query}`);
  const press = async (name: string, shown: string) => {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByText(shown).waitFor();
  };
  await press("One step", "epoch 1 of 2, step 1 of 2.");
  await press("One epoch", "epoch 1 of 2, step 2 of 2.");
  await press("One step", "epoch 2 of 2, step 1 of 2.");
  await press("One step", "Trained.");
  expect(await page.locator("[data-digest]").allInnerTexts()).toEqual(await digestsInNode(query));
});

test("more digits are loaded if more rows are to be trained on than the first file has", async () => {
  const { page } = await pages.open("#train?rows=1100&epochs=1&aLayers=affine:4&bLayers=affine:4,dropout:0.8");
  await page.getByRole("button", { name: "One epoch", exact: true }).click();
  // Batches of 50.
  await page.getByText("Trained.").waitFor({ timeout: 60_000 });
  expect(await page.locator("[data-digest]").count()).toBe(2);
  await page.getByLabel("epochs", { exact: true }).fill("2");
  await page.getByRole("button", { name: "One step", exact: true }).click();
  await page.getByText("epoch 1 of 2, step 1 of 22.").waitFor();
});

test("no request goes to another origin", async () => {
  const { page, url, requests } = await pages.open("#train?rows=50&epochs=1");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor();
  expect(requests.filter((request) => !request.startsWith(url))).toEqual([]);
});

test("nonsense in the link is named, and the page works", async () => {
  const { page } = await pages.open("#train?rows=many&bogus=1&aLayers=affine:8,nosuch&data=xor");
  await page.getByRole("alert").first().waitFor();
  const alerts = await page.getByRole("alert").allInnerTexts();
  expect(alerts.join("\n")).toContain('rows: got "many"; allowed: an integer from 2 to 2300');
  expect(alerts.join("\n")).toContain('"bogus" is not known here');
  expect(alerts.join("\n")).toContain("aLayers");
  await page.getByRole("button", { name: "One epoch", exact: true }).click();
  await page.getByText("epoch 1 of 60").waitFor();
});

test("a network that diverges says so in its place", async () => {
  const { page } = await pages.open(
    "#train?data=spirals&rows=30&aRate=100&aLayers=affine:8,affine:8,affine:8&aMomentum=0.99&epochs=500",
  );
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("alert").first().innerText({ timeout: 60_000 })).resolves.toMatch(
    /not finite|NaN|Infinity|∞/,
  );
});

test("while both networks train, no task is long, and pictures are drawn a few times a second", async () => {
  const { page } = await pages.open("#train?data=spirals&rows=200&epochs=10000");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.locator(".picture svg").first().waitFor();
  const [seen, longest] = await pages.traced(page, () => page.evaluate(watch));
  const { drawn, halves, frames } = seen;
  expect(drawn).toBeGreaterThan(0);
  // Each half second once; on a busy machine the two networks' reports may come apart.
  expect(drawn).toBeLessThanOrEqual(2 * (halves + 1));
  // Of the processor's time, whatever else the machine does.
  expect(longest).toBeLessThan(100);
  const record = { p95OfFrames: frames[Math.floor(0.95 * frames.length)], frames: frames.length, longestTask: longest };
  mkdirSync(OUT, { recursive: true });
  writeFileSync(new URL("page-frames.json", OUT), JSON.stringify(record));
});

/** For three seconds, in the page: how often curves are drawn, and how long each frame takes. */
async function watch() {
  const place = document.querySelector("section[aria-label=Curves]"),
    start = performance.timeOrigin + performance.now();
  let count = 0;
  const observer = new MutationObserver((changes) => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some(({ nodeName }) => nodeName === "svg"))) count++;
  });
  if (place !== null) observer.observe(place, { childList: true, subtree: true });
  const frames: number[] = [],
    until = performance.now() + 3000;
  for (let last = performance.now(); last < until; ) {
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    frames.push(now - last);
    last = now;
  }
  const halves = Math.ceil((performance.timeOrigin + performance.now() - start) / 500);
  return { drawn: count, halves, frames: frames.sort((a, b) => a - b) };
}

test("the classes of the plane are saved as a picture", async () => {
  const { page } = await pages.open("#train?data=xor&rows=40&epochs=1");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor();
  const saved = page.waitForEvent("download");
  const network = page.getByRole("region", { name: "with dropout", exact: true });
  await network.getByRole("button", { name: /^Save as SVG/ }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("regions-with dropout.svg");
  expect(readFileSync(await download.path(), "utf8")).toMatch(/^<svg /);
});

test("a table whose decimal mark is open is read once the mark is said", async () => {
  const { page } = await pages.open("#train?data=table&epochs=1");
  const rows = Array.from({ length: 40 }, (_, i) => `"${i % 7},5","${i % 3},25",k${i % 2}`);
  const buffer = Buffer.from(`a,b,kind\n${rows.join("\n")}`);
  await page.getByLabel("CSV file").setInputFiles({ name: "mine.csv", mimeType: "text/csv", buffer });
  await page.getByText("If the comma is a decimal mark").waitFor();
  await page.getByLabel("decimal mark").selectOption("comma");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor();
});

test("a table is read by a worker: the page itself never touches it", async () => {
  const { page, url } = await pages.open("#own-layer");
  await page.addInitScript(() => {
    for (const name of ["text", "arrayBuffer", "stream", "slice"]) Object.defineProperty(Blob.prototype, name, {});
    Object.assign(globalThis, { FileReader: undefined });
  });
  await page.goto("about:blank");
  await page.goto(`${url}#train?data=table&epochs=1`);
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 3},k${i % 2}`),
    table = (text: string) => ({ name: "mine.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByLabel("CSV file").setInputFiles(table("a,b\n1"));
  await page.getByRole("alert").first().waitFor();
  await page.getByLabel("CSV file").setInputFiles(table(`a,b,kind\n${rows.join("\n")}`));
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor();
  // Back from another part, the table and what it trained are still there.
  await page.getByRole("link", { name: "Step" }).click();
  await page.getByRole("button", { name: "Start →" }).waitFor();
  await page.getByRole("link", { name: "Train" }).click();
  await page.getByText("Trained.").waitFor();
  await page.getByText("Using mine.csv").waitFor();
});

test("without layers a linear classifier is trained; undone, they are back", async () => {
  const { page } = await pages.open("#train?data=xor&rows=40&epochs=2&aLayers=affine:4");
  await page.getByText("Layers and optimizer").first().click();
  await page.getByRole("button", { name: "Remove Affine 1" }).first().click();
  await page.getByText("a linear classifier").waitFor();
  expect(page.url()).toMatch(/aLayers=(&|$)/);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.getByRole("button", { name: "Remove Affine 1" }).first().waitFor();
  expect(page.url()).toContain("aLayers=affine%3A4");
});

test("a network whose worker died is said to be silent; the same seed starts again", async () => {
  const { page } = await pages.withDyingWorkers("#train?data=xor&rows=40&epochs=3&aLayers=affine:4&bLayers=affine:4");
  await page.getByText("epoch 1 of 3").waitFor();
  await page.evaluate("killWorkers()");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.clock.fastForward(25_000);
  await page.getByText("No news from this network").first().waitFor();
  await page.getByRole("button", { name: "Again, same seed" }).click();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor();
});

test("a seed that diverges is named, and the others are trained", async () => {
  const diverging = "bLayers=affine:4,affine:4,affine:4&bRate=100&bMomentum=0.999";
  const { page } = await pages.open(`#train?data=moons&rows=60&epochs=4&seeds=2&aLayers=affine:4&${diverging}`);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Ended: not every training reached its end.").waitFor({ timeout: 60_000 });
  expect(await page.getByRole("alert").allInnerTexts()).toEqual([
    expect.stringMatching(/^Seed 1: /),
    expect.stringMatching(/^Seed 2: /),
  ]);
  expect(await page.locator("[data-digest]").count()).toBe(1);
});

test("several seeds are trained one after the other, with the spread in the table", async () => {
  const { page } = await pages.open("#train?data=xor&rows=40&noise=0.4&epochs=3&seeds=3&batch=10&aLayers=affine:4");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "as a table" }).click();
  const rows = await page.locator("section[aria-label=Curves] tbody tr").allInnerTexts();
  expect(rows).toHaveLength(3);
  for (const row of rows) expect(row.match(/\d+\.\d\d ± \d+\.\d\d %/g)).toHaveLength(2);
});
