/**
 * Trains the same networks everywhere and compares the bits: npm run same-bits [-- 20 24 chromium firefox bun deno].
 * Each Node, Bun and Deno are fetched by npx; Chromium and Firefox are the system's, driven without a window.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
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

const PAGE = '<!doctype html><title>same bits</title><script type="module" src="/in-page.js"></script>';

/** How each browser is started without a window, with a profile of its own. */
const BROWSERS = {
  chromium: { name: "Chromium", start: (profile) => [process.env.CHROMIUM ?? "chromium", [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", `--user-data-dir=${profile}`,
  ]] },
  firefox: { name: "Firefox", start: (profile) => [
    process.env.FIREFOX ?? "firefox", ["--headless", "--no-remote", "--profile", profile],
  ] },
};

/** What the page in-page.js posts, in a browser; why there is nothing, if the browser ends before that. */
async function resultIn({ start }, policy) {
  const types = { ".js": "text/javascript", "": "text/html" };
  let posted;
  const result = new Promise((resolve) => { posted = resolve; });
  const server = createServer(async (request, response) => {
    const { url, method } = request;
    if (method === "POST") posted(await text(request));
    const file = /^\/[\w-]+\.js$/.test(url) ? join(root, "scripts/same-bits", url.slice(1))
      : url.startsWith("/dist/") ? join(dist, url.slice(6)) : undefined;
    response.setHeader("content-type", types[extname(url)] ?? "text/plain");
    if (policy !== "") response.setHeader("content-security-policy", policy);
    response.end(file === undefined ? PAGE : readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = mkdtempSync(join(tmpdir(), "same-bits-")), [command, args] = start(profile);
  // A group of its own: the browser's processes end together.
  const options = { stdio: "ignore", detached: true };
  const browser = spawn(command, [...args, `http://127.0.0.1:${server.address().port}/`], options);
  const ended = new Promise((resolve) => {
    browser.on("error", (error) => resolve(String(error)));
    browser.on("close", (code) => resolve(`it ended with ${code}`));
  });
  const lines = await Promise.race([result, ended]);
  try {
    process.kill(-browser.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
  await ended;
  server.close();
  server.closeAllConnections();
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  return lines;
}

/** In a browser, by default and on a page whose policy does not allow WebAssembly. */
async function inBrowser(browser, policy, backend) {
  const result = await resultIn(browser, policy), all = 2 * Object.keys(TRAININGS).length;
  const lines = result.split("\n").filter((line) => /^[0-9a-f]{16} \w+ [\w ]+$/.test(line));
  const name = policy === "" ? browser.name : `${browser.name} under ${policy}`;
  if (lines.length !== all || !result.includes(`backend ${backend}: `)) {
    report(name, ` failed it gave no digests by ${backend} (${result.slice(0, 400)})`);
  }
  for (const line of lines) report(name, line);
}

try {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--outDir", dist, "--noCheck"], { cwd: root, stdio: "inherit" });
  for (const place of places) {
    const browser = BROWSERS[place];
    if (browser === undefined) inEngine(place);
    else {
      await inBrowser(browser, "", "simd");
      await inBrowser(browser, "default-src 'self'", "reference");
    }
  }
} finally {
  rmSync(dist, { recursive: true });
}
process.exitCode = failed ? 1 : 0;
