import { Network } from "../network/network.ts";
import type { AnyLayer } from "../nn/layer.ts";

/** Whether x holds row numbers, as those an Embedding takes; the first layers of a network say. */
export function takesRowNumbers(layer: AnyLayer): boolean {
  if (!(layer instanceof Network)) return layer.vocabularySize !== undefined;
  return layer.plan().nodes.some(({ layer: inner, from }) => from.includes(0) && takesRowNumbers(inner));
}
