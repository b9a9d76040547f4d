/** All parts of the page in Firefox, where it is installed: started without a window, driven by the page itself. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { serve } from "../build/serve.ts";
import { shown } from "../src/step/numbers.ts";
import { digestsInNode, sessionOf } from "./in-node.ts";
import { STRICT } from "./page.ts";

const firefox = ["firefox", "firefox-esr"].find((one) => spawnSync(one, ["--version"]).status === 0);
const TRAIN = "rows=100&epochs=2&aLayers=affine:20,relu&bLayers=dropout:0.8,affine:20,relu,dropout:0.7";

interface Seen {
  readonly problems: readonly string[];
  readonly step: readonly Readonly<Record<string, readonly string[]>>[];
  readonly train: readonly string[];
  readonly draw: readonly string[];
  readonly "own layer": readonly string[];
}

/** What test/walk.js saw. */
async function walk(program: string): Promise<Seen> {
  const folder = mkdtempSync(join(tmpdir(), "chainrule-page-")),
    profile = mkdtempSync(join(tmpdir(), "chainrule-firefox-"));
  cpSync(fileURLToPath(new URL("../../dist-web/", import.meta.url)), folder, { recursive: true });
  cpSync(fileURLToPath(new URL("walk.js", import.meta.url)), join(folder, "walk.js"));
  const index = join(folder, "index.html"),
    script = `<script type="module" src="./walk.js?train=${encodeURIComponent(TRAIN)}"></script>`;
  writeFileSync(index, readFileSync(index, "utf8").replace("</body>", `${script}</body>`));
  const { url, server } = await serve({ folder, headers: STRICT });
  const posted = new Promise<string>((resolve) => {
    server.on("request", (request) => {
      if (request.method === "POST") void text(request).then(resolve);
    });
  });
  const browser = spawn(program, ["--headless", "--no-remote", "--profile", profile, url], { stdio: "ignore" });
  const ended = new Promise<never>((_, reject) => {
    browser.once("error", reject);
    browser.once("exit", (code) => reject(new Error(`${program} ended with ${code}.`)));
  });
  try {
    return JSON.parse(await Promise.race([posted, ended])) as Seen;
  } finally {
    browser.removeAllListeners("exit");
    const gone = new Promise((resolve) => browser.once("exit", resolve));
    browser.kill();
    await gone;
    server.closeAllConnections();
    server.close();
    for (const made of [folder, profile]) rmSync(made, { recursive: true, force: true, maxRetries: 5 });
  }
}

(firefox === undefined ? test.skip : test)("Firefox shows Node's numbers in every part", async () => {
  const seen = await walk(firefox ?? "");
  expect(seen.problems).toEqual([]);
  sessionOf("").opened.steps.forEach(({ results }, i) => {
    for (const { name, values } of results) {
      const texts = seen.step[i][name].map((one) => (one === "drop" ? "0" : one));
      expect(texts).toEqual(values.map((value) => shown(value, 17)));
    }
  });
  expect(seen.train).toEqual(await digestsInNode(TRAIN));
  expect(seen.draw).toEqual(["1", "1"]);
  expect(seen["own layer"]).toEqual(["Swish: all checks passed", "Cube: 1 check failed"]);
});
