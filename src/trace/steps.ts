import { DropoutLayer } from "../layers/dropout/dropout-layer.ts";
import type { LayerLike } from "../nn/parts.ts";
import { printable, shownName } from "../tensor/errors.ts";
import type { Place } from "./places.ts";
import type { Step } from "./recording.ts";
import { numbersOf } from "./values.ts";

type Needed = Pick<Step, "layer" | "kind" | "phase" | "results">;

/** A step with what is said of it; it has none of the rest. */
export function stepOf(said: Needed & Partial<Step>): Step {
  return {
    mode: undefined, formula: undefined, equations: [], fields: [], before: [], source: undefined, inputs: [],
    parameters: [], constants: {}, mask: undefined, of: undefined, ...said,
  };
}

/** What a step of a layer says of it in both passes. */
export function layerStep(
  layer: LayerLike, { path }: Place,
): Pick<Step, "layer" | "kind" | "mode" | "constants"> {
  const constants = numbersOf(layer);
  if (layer instanceof DropoutLayer) constants.keep = layer.keep;
  return { layer: `${path} ${shownName(layer.name)}`, kind: printable(layer.toString()), mode: layer.mode, constants };
}
