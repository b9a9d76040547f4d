/** What the user has changed, in the network and its input. */
import { Tensor, type Dropout, type Network } from "chainrule";
import { layersWithin } from "../network/layers-within.ts";
import type { Edit } from "./edits.ts";
import { TINY_NUMBERS } from "./input.ts";

interface Applying {
  readonly network: Network;
  readonly x: Tensor;
  readonly masked: readonly Dropout[];
  readonly edits: readonly Edit[];
  readonly isTiny: boolean;
  readonly isTraining: boolean;
}

/** Changes the numbers that a pass begins with. @returns the masks that were set. */
export function applyEdits(given: Applying): readonly (Tensor | undefined)[] {
  const { network, x, masked, edits, isTiny, isTraining } = given;
  for (const { of, position, value } of edits) {
    const data =
      of === "x" ? x.data : of[0] === "p" ? network.parameters[Number(of.slice(1))]?.value.data : undefined;
    if (data !== undefined && position < data.length) data[position] = value;
  }
  if (!isTraining) return [];
  return masked.map((layer, i) => {
    const changed = edits.filter(({ of }) => of === `m${i}`);
    if (!isTiny && changed.length === 0) return undefined;
    const mask = isTiny ? new Tensor(Float64Array.from(TINY_NUMBERS.mask), [2, 4]) : drawnMask(network, x, layer);
    for (const { position, value } of changed)
      if (position < mask.data.length) mask.data[position] = value === 0 ? 0 : 1;
    layer.useMask(mask);
    return mask;
  });
}

/** The mask that the next pass would draw: a pass of a copy draws it. */
function drawnMask(network: Network, x: Tensor, layer: Dropout): Tensor {
  const at = layersWithin(network).indexOf(layer),
    copy = network.to("float64");
  copy.forward(x);
  const { mask } = layersWithin(copy)[at] as Dropout;
  if (mask === undefined) throw new Error("The mask was not drawn.");
  return new Tensor(Float64Array.from(mask.data), mask.shape);
}
