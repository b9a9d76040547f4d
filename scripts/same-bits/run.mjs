/**
 * Trains the same networks everywhere and compares the bits: npm run same-bits [-- 20 24 chromium bun deno].
 * Each Node, Bun and Deno are fetched by npx; Chromium is the system's, driven without a window.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TRAININGS } from "./trainings.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const places = process.argv.length > 2 ? process.argv.slice(2) : ["20", "22", "24", "26", "chromium", "bun", "deno"];
const dist = mkdtempSync(join(root, ".dist-"));
let failed = false;

function report(place, line) {
  const [digest, name, ...way] = line.split(" ");
  const same = digest === TRAININGS[name]?.digest;
  failed ||= !same;
  console.log(`${same ? "same bits" : "DIFFERENT"}  ${place}, ${name}, ${way.join(" ")}${same ? "" : `: ${digest || "nothing"}`}`);
}

/** How the digests are asked for in a place that npx fetches. */
function engineOf(place) {
  if (place === "bun") return { name: "Bun", command: ["bun", "bun"], ways: ["simd", "reference", "threads"] };
  if (place === "deno") return { name: "Deno", command: ["deno", "deno", "run", "-A"], ways: ["simd", "reference", "threads"] };
  return { name: `Node ${place}`, command: [`node@${place}`, "node"], ways: ["simd", "reference", "threads", "turbo"] };
}

function inEngine(place) {
  const { name, command: [spec, ...command], ways } = engineOf(place);
  for (const way of ways) {
    const args = ["-y", "-p", spec, ...command, join(root, "scripts/same-bits/in-node.mjs"),
      pathToFileURL(join(dist, "node.js")).href, way];
    const { stdout, stderr, status } = spawnSync("npx", args, { encoding: "utf8" });
    // A warning says that threads were given up.
    const lines = status === 0 && !stderr.includes("ChainruleWarning")
      ? stdout.trim().split("\n").slice(-Object.keys(TRAININGS).length)
      : [` failed ${way} (${stderr.trim().slice(-300)})`];
    for (const line of lines) report(name, line);
  }
}

const PAGE = '<!doctype html><title>same bits</title><pre id="out"></pre><script type="module" src="/in-page.js"></script>';

/** In Chromium, by default and on a page whose policy does not allow WebAssembly. */
async function inChromium(policy, backend) {
  const types = { ".js": "text/javascript", "": "text/html" };
  const server = createServer(({ url }, response) => {
    const file = /^\/[\w-]+\.js$/.test(url) ? join(root, "scripts/same-bits", url.slice(1))
      : url.startsWith("/dist/") ? join(dist, url.slice(6)) : undefined;
    response.setHeader("content-type", types[extname(url)] ?? "text/plain");
    if (policy !== "") response.setHeader("content-security-policy", policy);
    response.end(file === undefined ? PAGE : readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = mkdtempSync(join(tmpdir(), "same-bits-"));
  const dom = await new Promise((resolve) => {
    const browser = spawn(process.env.CHROMIUM ?? "chromium", [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
      "--disable-background-networking", "--disable-component-update", `--user-data-dir=${profile}`,
      "--virtual-time-budget=100000000", "--dump-dom", `http://127.0.0.1:${server.address().port}/`,
    ], { stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    browser.stdout.on("data", (chunk) => { text += chunk; });
    browser.on("error", (error) => resolve(String(error)));
    browser.on("close", () => resolve(text));
  });
  server.close();
  rmSync(profile, { recursive: true, force: true });
  const lines = [...dom.matchAll(/^([0-9a-f]{16} \w+ [\w ]+)$/gm)].map(([, line]) => line);
  const name = policy === "" ? "Chromium" : `Chromium under ${policy}`, all = 2 * Object.keys(TRAININGS).length;
  if (lines.length !== all || !dom.includes(`backend ${backend}: `)) {
    report(name, ` failed it gave no digests by ${backend} (${dom.slice(0, 400)})`);
  }
  for (const line of lines) report(name, line);
}

try {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", dist], { cwd: root, stdio: "inherit" });
  for (const place of places) {
    if (place === "chromium") {
      await inChromium("", "simd");
      await inChromium("default-src 'self'", "reference");
    } else inEngine(place);
  }
} finally {
  rmSync(dist, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
