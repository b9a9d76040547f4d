/** What is traced: a network, a batch and a loss, from a script or from the tiny network. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Network } from "../../network/network.ts";
import type { Recording } from "../../trace/recording.ts";
import { CrossEntropy } from "../../losses/cross-entropy.ts";
import type { Labels, Loss } from "../../losses/loss.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import type { RecordOptions } from "../../trace/record.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import { Tensor, type Nested } from "../../tensor/tensor.ts";
import { loadModule } from "../load.node.ts";
import { TINY } from "../place.node.ts";

export interface Subject {
  readonly network: Network;
  readonly x: Tensor | Nested;
  readonly labels: Labels;
  readonly loss: Loss;
  /** What makes the updates, if the script exports it. */
  readonly training: Pick<RecordOptions, "optimizer" | "clip" | "penalty">;
}

/**
 * Runs a script and takes its exports, by name or as its default.
 * @throws OptionError if there is no such script, it throws, or it does not export what is needed.
 */
export async function loadSubject(script: string | undefined): Promise<Subject> {
  const where = script ?? "the tiny network";
  const module = await loadModule(script ?? TINY, "a script that exports network, x and labels");
  const whole = typeof module.default === "object" && module.default !== null ? module.default : {};
  const exported = (name: string): unknown => module[name] ?? Reflect.get(whole, name);
  const [network, x, labels, loss] = ["network", "x", "labels", "loss"].map(exported);
  const wrong = (name: string, value: unknown, allowed: string) =>
    new OptionError({ where: `${where}, export ${name}`, given: show(value), allowed });
  if (!(network instanceof Network)) throw wrong("network", network, "a network of this chainrule");
  if (!isRows(x)) throw wrong("x", x, "a batch of rows: a Tensor or nested arrays");
  if (!isLabels(labels)) throw wrong("labels", labels, "an array of classes, or a Tensor");
  if (loss !== undefined && !isLoss(loss)) throw wrong("loss", loss, "a loss with forward and backward");
  const [optimizer, clip, penalty] = ["optimizer", "clip", "penalty"].map(exported);
  if (optimizer !== undefined && !isOptimizer(optimizer)) {
    throw wrong("optimizer", optimizer, "an optimizer, such as new SGD({ learningRate: 0.1 })");
  }
  // The recording checks these two as a Trainer does.
  const rules = { clip, penalty } as Pick<RecordOptions, "clip" | "penalty">;
  const training = optimizer === undefined ? {} : { optimizer, ...rules };
  return { network, x, labels, loss: loss ?? new CrossEntropy(), training };
}

export function isRows(value: unknown): value is Tensor | Nested {
  return value instanceof Tensor || Array.isArray(value);
}

export function isLabels(value: unknown): value is Labels {
  return value instanceof Tensor || Array.isArray(value);
}

function isOptimizer(value: unknown): value is Optimizer {
  return typeof Reflect.get(Object(value), "step") === "function";
}

export function isLoss(value: unknown): value is Loss {
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
