import { STREAM, unseededKey, type RandomStream } from "./random.ts";
import type { BufferPool } from "../tensor/buffer-pool.ts";
import { CallOrderError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import type { DType } from "../tensor/tensor.ts";
import { branch, keyOf, type Key } from "../tensor/threefry.ts";

/** What a forward has left for its backward. */
export interface PendingBackward {
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly dtype: DType;
  /** The layers within, and what they had pending then: another forward of one of them leaves something else. */
  readonly inner: readonly { readonly layer: object; readonly pending: PendingBackward | undefined }[];
}

/** What the framework itself keeps about a layer, in one property that is not enumerable. */
export interface LayerState {
  mode: "train" | "eval";
  /** How many forwards it has made in train mode: with the key, it selects the masks of the next one. */
  trainForwards: number;
  /** The count of the forward under way, or of the last one: the one its random numbers belong to. */
  drawStep: number;
  /** The key of its random numbers if it is in no network or layer. */
  key: Key;
  /** The layer that it was first in, and its number there among those that draw. */
  place: Readonly<{ within: object; number: number }> | undefined;
  /** Of a network: how many levels of layers it has taken in. */
  levels?: number;
  /** The parameters and layers among its fields, while a pass is under way: looked for once. */
  parts: readonly object[] | undefined;
  stream: RandomStream | undefined;
  /** Until backward is called. */
  pending: PendingBackward | undefined;
  remembered: { readonly value: unknown } | undefined;
  /** What the last forward added to the loss. */
  activityLoss: number;
  /** Whether a forward was ever made, to tell "before forward" from "twice". */
  hasRun: boolean;
  /** For a network's predictions. */
  buffers: BufferPool | undefined;
}

const STATE = Symbol("layer state");

type WithState = { readonly [STATE]?: LayerState };

/** Of a layer that has made no forward yet. */
const UNUSED = {
  parts: undefined, stream: undefined, pending: undefined, remembered: undefined, buffers: undefined,
  activityLoss: 0, hasRun: false,
};

/** Begins to keep state for a layer; one without a seed gets a random stream that no other shares. */
export function beginState(layer: object, seed: number | undefined): void {
  const key = seed === undefined ? unseededKey("masks") : keyOf(seed, STREAM.masks);
  const value: LayerState = { mode: "train", trainForwards: 0, drawStep: 0, place: undefined, key, ...UNUSED };
  Object.defineProperty(layer, STATE, { value });
}

/**
 * A copy of a layer draws what the layer would draw next, but has made no forward of its own.
 * @param copies maps each original to its copy: the copy's place is within the copy of what the original was in.
 */
export function copyState(from: object, to: object, copies: ReadonlyMap<object, object>): void {
  const state = stateOf(from), { place } = state;
  const copied = place && { ...place, within: copies.get(place.within) ?? place.within };
  Object.defineProperty(to, STATE, { value: { ...state, ...UNUSED, place: copied } });
}

/** 2^53 - 1, the branch of the keys of inner layers: no count of forwards ever reaches it, so the two never meet. */
const INNER = 9007199254740991;

/** Where a layer's random numbers come from: it follows from the outermost network and the places within it. */
export function randomKey(layer: object): Key {
  const { key, place } = stateOf(layer);
  return place === undefined ? key : branch(randomKey(place.within), INNER, place.number);
}

/** Whether it is a layer whose constructor has run. */
export function hasState(part: object): boolean {
  return STATE in part;
}

export function stateOf(layer: object): LayerState {
  const state = (layer as WithState)[STATE];
  if (state !== undefined) return state;
  const given = "a layer whose constructor has not run", allowed = "layers made with new";
  throw new CallOrderError({ where: "Layer", given, allowed, advice: "Call super() first in your constructor." });
}
