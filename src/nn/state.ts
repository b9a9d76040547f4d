import { STREAM, unseededKey, type RandomStream } from "./random.ts";
import { CallOrderError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor, type DType } from "../tensor/tensor.ts";
import { keyOf, type Key } from "../tensor/threefry.ts";

/** What a forward has left for its backward. */
export interface Pending {
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly dtype: DType;
  /** What the layers within had pending then: another forward of one of them leaves something else. */
  readonly inner: readonly (Pending | undefined)[];
}

/** What the framework itself keeps about a layer, out of the way of the layer's own fields. */
export interface LayerState {
  mode: "train" | "eval";
  /** How many forwards in train it has made: with the key, it names the masks of the next one. */
  count: number;
  /** The count of the forward under way, or of the last one: the one its random numbers belong to. */
  rngStep: number;
  /** Where its random numbers come from. */
  key: Key;
  /** The network that gave it the key. */
  owner: object | undefined;
  stream: RandomStream | undefined;
  pending: Pending | undefined;
  memory: { readonly value: unknown } | undefined;
  /** Whether a forward was ever made, to tell "before forward" from "twice". */
  used: boolean;
  /** Left out of the pass: gives back what it is given. */
  bypassed: boolean;
}

const states = new WeakMap<object, LayerState>();

/** Begins to keep state for a layer; one without a seed gets a random stream that no other shares. */
export function beginState(layer: object, seed: number | undefined): void {
  states.set(layer, {
    mode: "train", count: 0, rngStep: 0, owner: undefined,
    stream: undefined, pending: undefined, memory: undefined,
    key: seed === undefined ? unseededKey("masks") : keyOf(seed, STREAM.masks),
    used: false, bypassed: false,
  });
}

/** A copy of a layer draws what the layer would draw next, but has made no forward of its own. */
export function copyState(from: object, to: object): void {
  const cleared = { stream: undefined, pending: undefined, memory: undefined, used: false, bypassed: false };
  states.set(to, { ...stateOf(from), ...cleared });
}

export function stateOf(layer: object): LayerState {
  const state = states.get(layer);
  if (state !== undefined) return state;
  const given = "a layer whose constructor has not run", allowed = "layers made with new";
  throw new CallOrderError({ where: "Layer", given, allowed, advice: "Call super() first in your constructor." });
}

/** What puts back what is kept about a layer, and the tensors in its fields (a running mean, a mask). */
function snapshotOf(layer: object): () => void {
  const state = stateOf(layer), saved = { ...state };
  const fields = Object.entries(layer).filter(([, value]) => value === undefined || value instanceof Tensor);
  return () => {
    Object.assign(state, saved);
    for (const [name, value] of fields) Reflect.set(layer, name, value);
  };
}

/** Runs something; if it throws, these layers' state, and the tensors in their fields, are as before. */
export function rollbackOnError<T>(layers: readonly object[], run: () => T): T {
  const restore = layers.map(snapshotOf);
  try {
    return run();
  } catch (error) {
    for (const one of restore) one();
    throw error;
  }
}

/** Runs something and then, also after a throw, puts these layers' state and tensors back. */
export function restoreAfter<T>(layers: readonly object[], run: () => T): T {
  const restore = layers.map(snapshotOf);
  try {
    return run();
  } finally {
    for (const one of restore) one();
  }
}
