/** The built page, served as the strictest host would, in a real browser. */
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { serve } from "../build/serve.ts";

const FOLDER = fileURLToPath(new URL("../../dist-web/", import.meta.url));
/** Nothing from elsewhere, no inline script or style, no eval, no WebAssembly. */
export const STRICT = { "content-security-policy": "default-src 'self'" };
export const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

export interface Opened {
  readonly page: Page;
  readonly url: string;
  readonly requests: readonly string[];
  readonly problems: readonly string[];
}

export class Pages {
  private readonly browser: Browser;
  private readonly servers: Server[] = [];

  private constructor(browser: Browser) {
    this.browser = browser;
  }

  static async launch(): Promise<Pages> {
    const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
      existsSync,
    );
    if (executablePath === undefined) throw new Error("Chromium is not installed.");
    return new Pages(await chromium.launch({ executablePath, args: ["--no-sandbox"] }));
  }

  /** Opens a link of the page; what the page asks for, and what it complains of, is written down. */
  async open(
    link: string,
    headers: Readonly<Record<string, string>> = STRICT,
    options: BrowserContextOptions = {},
  ): Promise<Opened> {
    const { url, server } = await serve({ folder: FOLDER, headers });
    this.servers.push(server);
    const page = await (
      await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    ).newPage();
    const requests: string[] = [],
      problems: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(url + link);
    return { page, url, requests, problems };
  }

  /** As open; "killWorkers()" ends the page's workers without a word, and the page's clock can be moved on. */
  async withDyingWorkers(link: string): Promise<Opened> {
    const opened = await this.open("#own-layer", {}, { serviceWorkers: "block" });
    await opened.page.clock.install();
    await opened.page.addInitScript(`
      const made = [], Given = Worker;
      globalThis.Worker = class extends Given { constructor(...all) { super(...all); made.push(this); } };
      globalThis.killWorkers = () => made.forEach((one) => one.terminate());
    `);
    await opened.page.goto("about:blank");
    await opened.page.goto(opened.url + link);
    return opened;
  }

  /** Does something, and returns the longest task of the page's main thread meanwhile, in ms of processor time, too. */
  async traced<T>(page: Page, act: () => Promise<T>): Promise<readonly [T, number]> {
    await this.browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
    const done = await act();
    const { traceEvents: events } = JSON.parse(String(await this.browser.stopTracing())) as {
      traceEvents: readonly { name: string; pid: number; tid: number; tdur?: number; args: { name?: string } }[];
    };
    const isMain = ({ name, args }: (typeof events)[number]) =>
      name === "thread_name" && args.name === "CrRendererMain";
    const mains = new Set(events.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
    const tasks = events.filter(({ name, pid, tid }) => name === "RunTask" && mains.has(`${pid} ${tid}`));
    if (tasks.length === 0) throw new Error("No task was traced.");
    return [done, Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000))];
  }

  async close(): Promise<void> {
    await this.browser.close();
    for (const server of this.servers) server.close();
  }
}

/** The results of the step on the page: the text of each number. */
export async function resultsOn(page: Page): Promise<Record<string, readonly string[]>> {
  return page.evaluate(() => {
    const tables = [...document.querySelectorAll(".results table")];
    return Object.fromEntries(
      tables.map((table) => [
        table.querySelector("caption strong")?.textContent ?? "",
        [...table.querySelectorAll("button")].map((button) => button.textContent ?? ""),
      ]),
    );
  });
}
