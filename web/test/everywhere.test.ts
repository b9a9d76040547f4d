/** What holds in every part: without a network, for a keyboard, for those who see little, on small screens. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import type { BrowserContextOptions, Page } from "playwright-core";
import { TABS, type Tab } from "../src/link/link.ts";
import { SAMPLES } from "../src/own-layer/samples.ts";
import { Pages, STRICT } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

const FOLDER = new URL("../../dist-web/", import.meta.url);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const THEMES: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced colours": { forcedColors: "active" },
  "320 px": { viewport: { width: 320, height: 640 } },
};

/** Each part with all of it open: editors, pictures, programs, reports and messages. */
const OPENED: Readonly<Record<Tab, { readonly link: string; open(page: Page): Promise<void> }>> = {
  step: {
    link: "bogus=1&op=1&cell=z1.0.0&edits=x.0=3&layers=affine:4,dropout,residual(affine:4,relu),affine:2",
    async open(page) {
      await page.getByRole("region", { name: "The chosen number" }).waitFor();
      await openAll(page);
      await page.locator(".picture svg").nth(1).waitFor();
      await page.getByLabel("rows").fill("many");
      await page.getByText("Allowed: an integer").waitFor();
    },
  },
  train: {
    link: "data=points&points=1a0291ab1cd1&epochs=3&aRate=100&aMomentum=0.999&aLayers=affine:9,affine:9&bogus=1",
    async open(page) {
      await page.getByRole("button", { name: "Train", exact: true }).click();
      await page.locator("[data-digest]").first().waitFor();
      await openAll(page);
      await page.locator("details.code pre").waitFor();
      await page.locator(".picture svg").first().waitFor();
      await page.getByRole("button", { name: "as a table" }).click();
    },
  },
  draw: {
    link: "ink=kgkikkkmko&bogus=1",
    async open(page) {
      await page.getByText("50 passes").waitFor();
    },
  },
  "own-layer": {
    link: `${new URLSearchParams({ code: SAMPLES.cube, bogus: "1" }).toString()}`,
    async open(page) {
      await page.locator(".editor-host .cm-content").waitFor();
      await page.getByRole("button", { name: "Check", exact: true }).click();
      await page.getByRole("region", { name: "Report" }).waitFor({ timeout: 60_000 });
    },
  },
};

async function openAll(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const one of document.querySelectorAll("details")) one.open = true;
  });
}

describe.each(Object.entries(THEMES))("%s", (_, options) => {
  test.each(TABS)("axe finds nothing in %s, all of it opened, and nothing is wider than the window", async (tab) => {
    const { page } = await pages.open(`#${tab}?${OPENED[tab].link}`, {}, options);
    await OPENED[tab].open(page);
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run({
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" ")}`);
    });
    expect(found).toEqual([]);
    const [inner, scroll] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    expect(scroll).toBeLessThanOrEqual(inner);
  });
});

test("after one visit the page works without a network", async () => {
  const { page } = await pages.open("#train?rows=50&epochs=1");
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (navigator.serviceWorker.controller === null) await new Promise((resolve) => setTimeout(resolve, 20));
  });
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor();
  for (const tab of ["Draw", "Own layer", "Step"]) {
    await page.getByRole("link", { name: tab }).click();
    await page.getByRole("heading", { name: new RegExp(`^${tab}`) }).waitFor();
  }
  expect(await page.getByText("could not be loaded").count()).toBe(0);
});

test("every part is reached by Tab and Enter", async () => {
  const { page } = await pages.open("");
  for (const tab of ["Train", "Draw", "Own layer"]) {
    await page.reload();
    for (let i = 0; i < 8 && (await page.evaluate(() => document.activeElement?.textContent)) !== tab; i++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: new RegExp(`^${tab}`) }).waitFor();
  }
});

test("a part that does not arrive is named, and asked for again; meanwhile it says that it loads", async () => {
  const { page, url } = await pages.open("#own-layer", {}, { serviceWorkers: "block" });
  let fails = true,
    arrive = () => undefined as void;
  const held = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route("**/assets/view-*.js", async (route) => {
    if (fails) return route.abort();
    await held;
    return route.continue();
  });
  await page.goto("about:blank");
  await page.goto(`${url}#train`);
  await page.getByText("This part could not be loaded").waitFor();
  fails = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("Loading Train…").waitFor();
  arrive();
  await page.getByRole("button", { name: "Train", exact: true }).waitFor();
});

test("before the page's script arrives, the page says that it loads", async () => {
  const { page, url } = await pages.open("", {}, { serviceWorkers: "block", javaScriptEnabled: false });
  await page.goto(url);
  expect(await page.locator("#page").innerText()).toMatch(/needs JavaScript[^]*Loading/);
});

test.each([
  ["step", "op=3&cell=a1.1.2&edits=x.1=3&draw=4", "a1[1,2] = 1.05"],
  ["train", "data=moons&rows=30&epochs=7&bRate=0.3&bLayers=affine:5,tanh", "epoch 1 of 7"],
  ["draw", "ink=kgkikkkmko", "What the networks see"],
])("a link to a state of %s, with a query before it, opens in a new profile", async (tab, query, words) => {
  const { page, problems } = await pages.open(`?utm_source=mail#${tab}?${query}`);
  await page.getByText(words).first().waitFor();
  expect(new URL(page.url()).hash).toBe(`#${tab}?${query}`);
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(problems.filter((problem) => !problem.includes("WebAssembly"))).toEqual([]);
});

test("a part of the page that does not exist is named", async () => {
  const { page } = await pages.open("#nosuch?a=%00%E2%80%AE");
  await page.getByText('does not exist: "nosuch"').waitFor();
});

test("forbidden storage and no service worker leave all but own layers working", async () => {
  const { page, problems } = await pages.open("#own-layer", STRICT, { serviceWorkers: "block" });
  await page.getByText("service worker").first().waitFor({ timeout: 20_000 });
  await page.getByRole("link", { name: "Train" }).click();
  await page.getByRole("heading", { name: /^Train/ }).waitFor();
  expect(problems.filter((problem) => !/WebAssembly|[Ss]ervice[ ]?[Ww]orker/.test(problem))).toEqual([]);
});

test.each([
  ["workers", "step", /refused one: no workers/],
  ["workers", "train", /refused one: no workers/],
  ["service workers", "own-layer", /no service worker/],
] as const)("forbidden %s are named in %s", async (what, tab, words) => {
  const { page, problems, url } = await pages.open("#draw");
  await page.context().addInitScript((forbidden) => {
    function deny() {
      throw new Error("no workers");
    }
    if (forbidden === "workers") Object.assign(globalThis, { Worker: deny });
    else Object.defineProperty(Navigator.prototype, "serviceWorker", { get: deny });
  }, what);
  await page.goto("about:blank");
  await page.goto(`${url}#${tab}`);
  await page.getByText(words).waitFor({ timeout: 20_000 });
  expect(problems.filter((problem) => !problem.includes("WebAssembly"))).toEqual([]);
});

test.each(["step", "train", "draw"] as const)("a script of %s that does not arrive is named", async (tab) => {
  const { page, url } = await pages.open("#own-layer", {}, { serviceWorkers: "block" });
  await page.route(tab === "draw" ? "**/weights.pack" : "**/assets/worker-*.js", (route) => route.abort());
  await page.goto("about:blank");
  await page.goto(`${url}#${tab}`);
  await page.getByText(/could not be loaded/).first().waitFor();
});

test.each(TABS)("a first visit to %s loads at most 130 kB, compressed, and 330 kB with data", async (tab) => {
  const { page, url, requests } = await pages.open(`#${tab}`, {}, { serviceWorkers: "block" });
  await page.waitForLoadState("networkidle");
  const names = new Set(requests.map((request) => new URL(request).pathname.slice(new URL(url).pathname.length)));
  const sizes = [...names].map((name) => {
    const bytes = readFileSync(new URL(name === "" ? "index.html" : name, FOLDER));
    return { name, size: name.endsWith(".pack") ? bytes.length : gzipSync(bytes, { level: 9 }).length };
  });
  // The editor is loaded with the part that needs it.
  const isLater = (name: string) => /editor-|transpile-|checker-/.test(name),
    isData = (name: string) => name.endsWith(".pack");
  const total = (of: (name: string) => boolean) =>
    sizes.reduce((sum, { name, size }) => sum + (of(name) ? size : 0), 0);
  expect(total((name) => !isLater(name) && !isData(name))).toBeLessThan(130_000);
  expect(total((name) => !isLater(name))).toBeLessThan(330_000);
});
