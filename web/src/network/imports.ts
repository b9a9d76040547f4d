/** The imports of a program for Node. */
import { ownLayerName } from "../own-layer/current.ts";

/** What programs of the page call, besides classes. */
const FUNCTIONS = ["explainTrace", "fitTable", "readTable", "residual", "tensor", "toys"];
const OTHERS = { createRequire: "node:module", readFileSync: "node:fs" };

/** @param types those that the program always needs. */
export function importsOf(program: string, types: readonly string[]): string {
  const called = FUNCTIONS.filter((name) => new RegExp(`\\b${name}[(.]`).test(program));
  const classes = [...program.matchAll(/\b(?:new|instanceof) ([A-Z]\w*)/g)].map(([, name]) => name);
  const isTyped = (name: string) => new RegExp(`: ${name}\\b`).test(program);
  const typed = ["Dataset", "Network", "Sequential"].filter(isTyped);
  const names = [...new Set([...called, ...classes, ...typed])].filter((name) => name !== "OwnLayer").sort();
  const hasOwn = program.includes("new OwnLayer("),
    own = hasOwn ? `import { ${ownLayerName()} as OwnLayer } from "./own-layer.ts";\n` : "";
  const others = Object.entries(OTHERS)
    .filter(([name]) => program.includes(`${name}(`))
    .map(([name, from]) => `import { ${name} } from "${from}";\n`);
  return `${others.join("")}import { ${[...names, ...types].join(", ")} } from "chainrule";\n${own}`;
}
