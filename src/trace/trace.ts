import type { Network } from "../network/network.ts";
import { CrossEntropy } from "../losses/cross-entropy.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { checkOptions } from "../tensor/checks.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { checkLoss, checkNetwork } from "../network/given.ts";
import { record } from "./record.ts";
import type { Recording, Step } from "./recording.ts";

/** Numbers a pass has put out. */
export interface TraceEvent {
  /** The layer's place and name, "1 Affine", or the name of the loss. */
  layer: string;
  phase: "forward" | "loss" | "backward";
  /** "z1", "dW1": in the letters of the lecture notes; inspect/names.ts says how names are made. */
  name: string;
  /** With the batch axis; [] for the loss, which is one number. */
  shape: Shape;
  /** Row-major. */
  values: readonly number[];
}

/** The same, or of an update. */
type RecordedEvent = Omit<TraceEvent, "phase"> & Pick<Step, "phase">;

function isOfPass(event: RecordedEvent): event is TraceEvent {
  return event.phase !== "update";
}

/** Options of trace. */
export interface TraceOptions {
  /** Default: CrossEntropy, of logits. */
  loss?: Loss;
}

/**
 * Every number of one forward and one backward pass, in the order they come: what each layer returns and its
 * mask; the probabilities and the loss; the gradients of each layer's parameters and of what it was given.
 * The network runs in the mode it is in, with the masks it would draw next, and nothing in it changes.
 * @throws OptionError for unknown options; all errors of the network, and of the loss.
 * @example
 * const events = trace(new Sequential([new Affine(2, 2)]), [[1, 2]], [0]);
 * events.map(({ name }) => name); // ["z1", "P", "L", "dz1", "dW1", "db1", "dX"]
 */
export function trace(
  network: Network, x: Tensor | Nested, labels: Labels, options: TraceOptions = {},
): readonly TraceEvent[] {
  checkOptions("trace", options, ["loss"]);
  const loss = checkLoss("trace", options.loss ?? new CrossEntropy());
  return eventsOf(record(checkNetwork("trace", network), x, labels, loss)).filter(isOfPass);
}

/** What a recording holds, one value after the other. */
export function eventsOf({ steps }: Recording): readonly RecordedEvent[] {
  return steps.flatMap(({ layer, phase, results }) => (
    results.map(({ name, shape, values }) => ({ layer, phase, name, shape, values }))));
}
