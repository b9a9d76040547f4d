/** The lines of the library that compute a step, loaded when they are asked for. */
import { useState } from "preact/hooks";

const LAYERS = import.meta.glob<string>("../../../src/layers/**/*.ts", { query: "?raw", import: "default" });
const LOSSES = import.meta.glob<string>("../../../src/losses/*.ts", { query: "?raw", import: "default" });
const OPTIMIZERS = import.meta.glob<string>("../../../src/optim/*.ts", { query: "?raw", import: "default" });

/** "LeakyReLU" is in leaky-relu.ts, "Conv2d" in conv2d.ts. */
function fileOf(type: string): string {
  return `${type
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase()}.ts`;
}

export async function sourceOfStep(
  kind: string,
  phase: string,
): Promise<{ readonly file: string; readonly from: number; readonly lines: readonly string[] } | undefined> {
  const [type] = /^[A-Za-z0-9]+/.exec(kind) ?? [],
    where = { ...LAYERS, ...LOSSES, ...OPTIMIZERS };
  const path = type === undefined ? undefined : Object.keys(where).find((one) => one.endsWith(`/${fileOf(type)}`));
  if (path === undefined) return undefined;
  const lines = (await where[path]()).split("\n"),
    method = phase === "update" ? "applyUpdate" : phase === "backward" ? "backward" : "forward";
  const start = lines.findIndex((line) =>
    new RegExp(`^  (?:(?:override|protected|private|readonly) )*${method}\\(`).test(line),
  );
  if (start < 0) return { file: path.replace("../../../", ""), from: 1, lines };
  const end = lines.findIndex((line, i) => i >= start && line === "  }");
  return { file: path.replace("../../../", ""), from: start + 1, lines: lines.slice(start, end + 1) };
}

export function Source({ kind, phase }: { readonly kind: string; readonly phase: string }) {
  const [found, setFound] = useState<Awaited<ReturnType<typeof sourceOfStep>> | "none">();
  return (
    <details
      class="code"
      onToggle={({ currentTarget }) => {
        if (currentTarget.open && found === undefined)
          void sourceOfStep(kind, phase).then((one) => setFound(one ?? "none"));
      }}
    >
      <summary>The lines that compute it</summary>
      {found === "none" && <p class="soft">This step is made by the framework itself.</p>}
      {found !== undefined && found !== "none" && (
        <>
          <p class="soft">
            {found.file}, from line {found.from}
          </p>
          <pre tabIndex={0}>
            <code>{found.lines.join("\n")}</code>
          </pre>
        </>
      )}
    </details>
  );
}
