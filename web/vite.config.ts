import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { digits } from "./build/digits.ts";
import { weights } from "./build/weights.ts";
import { serviceWorker } from "./build/service-worker.ts";

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

// Relative addresses: the page works from any folder of any static host.
export default defineConfig({
  base: "./",
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: {
    alias: [
      { find: /^chainrule$/, replacement: source("index.ts") },
      { find: /^chainrule\/(.*)$/, replacement: source("$1.ts") },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [digits(), weights(), serviceWorker()],
  worker: { format: "es" },
  build: {
    outDir: "../dist-web",
    emptyOutDir: true,
    target: "es2022",
    // A strict policy allows no inline script, and no data: address.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});
