/** What the user has changed, in the network and its input. */
import { Dropout, Tensor, type Network } from "chainrule";
import { layersWithin } from "../network/layers-within.ts";
import type { Edit } from "./edits.ts";

interface Applying {
  readonly network: Network;
  readonly x: Tensor;
  readonly masked: readonly Dropout[];
  readonly edits: readonly Edit[];
  /** Masks that the seed does not draw, in the order of the layers. */
  readonly given: readonly (Tensor | undefined)[];
  readonly isTraining: boolean;
}

/** Changes the numbers that a pass begins with. @returns the masks that were set. */
export function applyEdits(applying: Applying): readonly (Tensor | undefined)[] {
  const { network, x, masked, edits, isTraining } = applying;
  for (const { of, position, value } of edits) {
    const data =
      of === "x" ? x.data : of[0] === "p" ? network.parameters[Number(of.slice(1))]?.value.data : undefined;
    if (data !== undefined && position < data.length) data[position] = value;
  }
  if (!isTraining) return [];
  return masked.map((layer, i) => {
    const changed = edits.filter(({ of }) => of === `m${i}`);
    if (applying.given[i] === undefined && changed.length === 0) return undefined;
    const mask = applying.given[i] ?? drawnMask(network, x, layer);
    if (mask === undefined) return undefined;
    for (const { position, value } of changed)
      if (position < mask.data.length) mask.data[position] = value === 0 ? 0 : 1;
    layer.useMask(mask);
    return mask;
  });
}

/** The mask that the next pass would draw. */
function drawnMask(network: Network, x: Tensor, layer: Dropout): Tensor | undefined {
  const before = layersWithin(network).filter((one) => one instanceof Dropout);
  return drawnMasks(network, x)[before.indexOf(layer)];
}

/** The masks that the next pass would draw, of each Dropout that drops any: a pass of a copy draws them. */
export function drawnMasks(network: Network, x: Tensor): readonly (Tensor | undefined)[] {
  const copy = network.to("float64");
  copy.forward(x);
  return layersWithin(copy)
    .filter((layer): layer is Dropout => layer instanceof Dropout)
    .map(({ mask }) => mask && new Tensor(Float64Array.from(mask.data), mask.shape));
}
