/** What is traced: a network, a batch and a loss, from a script or from examples/networks/tiny.ts. */
import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { CrossEntropy, DataError, Network, Tensor, type Labels, type Loss, type Nested } from "chainrule";
import type { Recording } from "../../src/inspect/recording.ts";
import { show } from "../../src/tensor/errors.ts";

export interface Subject {
  readonly network: Network;
  readonly x: Tensor | Nested;
  readonly labels: Labels;
  readonly loss: Loss;
}

const TINY = fileURLToPath(new URL("../../examples/networks/tiny.ts", import.meta.url));

/**
 * Runs a script and takes what it exports, by name or as its default.
 * @throws DataError where there is no such script, it throws, or it does not export what is needed.
 */
export async function loadSubject(script: string | undefined): Promise<Subject> {
  const where = script ?? "examples/networks/tiny.ts";
  const path = script === undefined ? TINY : resolve(script);
  if (!existsSync(path)) {
    const allowed = "a script that exports network, x and labels";
    throw new DataError({ where, given: "no such file", allowed, advice: "examples/networks/tiny.ts is one." });
  }
  const module = await run(where, path);
  const whole = typeof module.default === "object" && module.default !== null ? module.default : {};
  const exported = (name: string): unknown => module[name] ?? Reflect.get(whole, name);
  const [network, x, labels, loss] = ["network", "x", "labels", "loss"].map(exported);
  const wrong = (name: string, value: unknown, allowed: string) =>
    new DataError({ where: `${where}, export ${name}`, given: show(value), allowed });
  if (!(network instanceof Network)) throw wrong("network", network, "a network of this chainrule");
  if (!isRows(x)) throw wrong("x", x, "a batch of rows: a Tensor or nested arrays");
  if (!isLabels(labels)) throw wrong("labels", labels, "an array of classes, or a Tensor");
  if (loss === undefined) return { network, x, labels, loss: new CrossEntropy() };
  if (!isLoss(loss)) throw wrong("loss", loss, "a loss with forward and backward");
  return { network, x, labels, loss };
}

async function run(where: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(path).href) as Record<string, unknown>;
  } catch (error) {
    const given = error instanceof Error ? `${error.name}: ${error.message}` : show(error);
    const advice = 'It has to be an ES module: .mts, or { "type": "module" } in a package.json beside it.';
    throw new DataError({ where, given, allowed: "a script that runs to its end", advice });
  }
}

function isRows(value: unknown): value is Tensor | Nested {
  return value instanceof Tensor || Array.isArray(value);
}

function isLabels(value: unknown): value is Labels {
  return value instanceof Tensor || Array.isArray(value);
}

function isLoss(value: unknown): value is Loss {
  const has = (method: string) => typeof Reflect.get(Object(value), method) === "function";
  return has("forward") && has("backward");
}

/** Source files as seen from the folder the program was started in. */
export function withShortSources(recording: Recording): Recording {
  const steps = recording.steps.map((step) => {
    if (step.source === undefined) return step;
    const path = step.source.startsWith("file:") ? fileURLToPath(step.source) : step.source;
    return { ...step, source: relative("", path) };
  });
  return { ...recording, steps };
}
