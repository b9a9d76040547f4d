/** Writes sw.js with the list of all files of the page and a version made from their contents. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle(_, bundle) {
      const files = Object.values(bundle),
        hash = createHash("sha256");
      for (const file of files) hash.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
      const constants = { VERSION: hash.digest("hex").slice(0, 16), FILES: files.map(({ fileName }) => fileName) };
      const head = Object.entries(constants).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
      const body = readFileSync(new URL("./service-worker.js", import.meta.url), "utf8");
      this.emitFile({ type: "asset", fileName: "sw.js", source: head.join("") + body });
    },
  };
}
