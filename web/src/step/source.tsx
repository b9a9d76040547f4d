/** The lines of the library that compute a step, loaded when they are asked for. */
import { useState } from "preact/hooks";
import { messageOf } from "../ui/message-of.ts";
import { linesOf, sourceFileOf } from "./source-file.ts";

const LAYERS = import.meta.glob<string>("../../../src/layers/**/*.ts", { query: "?raw", import: "default" });
const LOSSES = import.meta.glob<string>("../../../src/losses/*.ts", { query: "?raw", import: "default" });
const OPTIMIZERS = import.meta.glob<string>("../../../src/optim/*.ts", { query: "?raw", import: "default" });

const ALL = { ...LAYERS, ...LOSSES, ...OPTIMIZERS };

interface Found {
  readonly file: string;
  readonly from: number;
  readonly lines: readonly string[];
}

async function sourceOfStep(kind: string, phase: string): Promise<Found | undefined> {
  const path = sourceFileOf(kind, Object.keys(ALL));
  return path === undefined
    ? undefined
    : { file: path.replace("../../../", ""), ...linesOf(await ALL[path](), phase) };
}

export function Source({ kind, phase }: { readonly kind: string; readonly phase: string }) {
  const [found, setFound] = useState<Found | string>();
  return (
    <details
      class="code"
      onToggle={({ currentTarget }) => {
        if (!currentTarget.open || typeof found === "object") return;
        sourceOfStep(kind, phase).then(
          (one) => setFound(one ?? "This step is made by the framework itself."),
          (error: unknown) => setFound(`The lines could not be loaded: ${messageOf(error)}`),
        );
      }}
    >
      <summary>The lines that compute it</summary>
      {typeof found === "string" && <p class="soft">{found}</p>}
      {typeof found === "object" && (
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
