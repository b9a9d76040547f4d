import { quoted } from "../formats/bytes.ts";
import { decodeWithChecksums } from "../formats/checksummed.ts";
import type { WritableArray } from "../formats/write-safetensors.ts";
import type { Network } from "../network/network.ts";
import { isCount, numbersOf, type LayerNumbers } from "../nn/layer-numbers.ts";
import { allLayersOf } from "../nn/parts.ts";
import { fieldsOf, type Json } from "../nn/json-state.ts";
import type { TrainedOn } from "../nn/names.ts";
import { randomKey, stateOf } from "../nn/state.ts";
import { DataError, show } from "../tensor/errors.ts";
import { isTyped } from "../tensor/realms.ts";
import { copyOf, Tensor } from "../tensor/tensor.ts";
import type { Key } from "../tensor/threefry.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { networkToJson } from "./describe.ts";
import { checkFormat, FORMAT, parsePlain, withCurrentNames } from "./format.ts";
import { savedSchemaOf } from "./saved-schema.ts";

/** What the framework keeps about a layer, as a file has it. */
export interface LayerRecord {
  readonly type: string;
  readonly mode: "train" | "eval";
  readonly count: number;
  /** Where its random numbers come from. */
  readonly key: Key;
}

/** A model file, read and found to be one; whether it fits a network is another question. */
export interface ModelFile {
  readonly name: string;
  readonly description: Json;
  readonly layers: readonly LayerRecord[];
  readonly numbers: LayerNumbers;
  readonly trainedOn: TrainedOn | undefined;
  /** What the file holds besides: the tensors whose names begin with a slash, and all metadata. */
  readonly extra: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Before the names of tensors that are not the network's own. */
export const EXTRA = "/";

/** A network as tensors and metadata, ready to be encoded. */
export function modelParts(
  network: Network, schema = savedSchemaOf(network),
): { tensors: [string, WritableArray][]; metadata: [string, string][] } {
  const description = networkToJson(network), { parameters, tensors } = numbersOf(network);
  const present = [...tensors].flatMap(([path, tensor]) => (tensor === undefined ? [] : [[path, tensor] as const]));
  const layers = allLayersOf(network).map((layer): Json => {
    const { mode, trainForwards } = stateOf(layer);
    return { type: typeNameOf(layer.constructor), mode, count: trainForwards, key: randomKey(layer) };
  });
  const { trainedOn } = network, names = trainedOn && { classes: trainedOn.classes, features: trainedOn.features };
  const state = { layers, parameters: [...parameters.keys()], tensors: present.map(([path]) => path) };
  const values = [...parameters].flatMap(([path, value]) => (value === undefined ? [] : [[path, value] as const]));
  return {
    tensors: [...values, ...present].map(([path, tensor]) => [path, tensor]),
    metadata: [
      ["format", FORMAT.format], ["version", String(FORMAT.version)],
      ["network", JSON.stringify(description)], ["state", JSON.stringify(state)],
      ...(names === undefined ? [] : [["names", JSON.stringify(names)] satisfies [string, string]]),
      ...(schema === undefined ? [] : [["schema", JSON.stringify(schema)] satisfies [string, string]]),
    ],
  };
}

/**
 * Reads the bytes of a model file.
 * @param mayShare whether its tensors, but for those of layers' fields, may be views of these bytes.
 * @throws DataError for a file that is damaged, of another format or of a newer version.
 */
export function readModelFile(bytes: Uint8Array, name: string, mayShare: boolean): ModelFile {
  const { tensors, metadata } = decodeWithChecksums(bytes, name, mayShare);
  checkFormat(name, metadata.get("format"), metadata.get("version"));
  const description = withCurrentNames(parsed(metadata, "network", name));
  const state = fieldsOf(parsed(metadata, "state", name));
  const all = new Map<string, Tensor>();
  for (const [path, { shape, dtype, data }] of tensors) {
    if (!(isTyped(data, "Float32Array") || isTyped(data, "Float64Array"))) {
      const where = `${name}, tensor ${quoted(path)}`;
      throw new DataError({ where, given: dtype, allowed: "float32 or float64" });
    }
    all.set(path, new Tensor(data, shape));
  }
  const layers = listOf(state.layers).map(layerRecord);
  const named = (paths: Json | undefined) => {
    const found = new Map<string, Tensor>();
    for (const path of listOf(paths)) {
      const tensor = typeof path === "string" ? all.get(path) : undefined;
      if (typeof path === "string" && tensor !== undefined) found.set(path, tensor);
      else {
        const given = `no tensor ${show(path)}`, allowed = "each that its metadata lists";
        throw new DataError({ where: name, given, allowed });
      }
    }
    return found;
  };
  const numbers = {
    counts: layers.map((layer) => layer?.count),
    parameters: named(state.parameters),
    // A layer keeps them as they are, and with them would keep all of the file.
    tensors: new Map(Array.from(named(state.tensors), ([path, tensor]) => [path, copyOf(tensor)] as const)),
  };
  const extra = new Map<string, Tensor>();
  for (const [path, tensor] of all) if (path.startsWith(EXTRA)) extra.set(path, tensor);
  const records = layers.flatMap((layer) => layer ?? []);
  if (records.length < layers.length) {
    const where = `${name}, metadata "state"`, given = "a layer without mode, count and key";
    throw new DataError({ where, given, allowed: "all three" });
  }
  const trainedOn = metadata.has("names") ? namesFrom(parsed(metadata, "names", name), name) : undefined;
  return { name, description, layers: records, numbers, trainedOn, extra, metadata };
}

/** The JSON of one entry of the metadata. */
export function parsed(metadata: ReadonlyMap<string, string>, entry: string, name: string): Json {
  const text = metadata.get(entry), where = `${name}, metadata "${entry}"`;
  if (text === undefined) {
    const given = `no "${entry}" in its metadata`, allowed = "a file that chainrule saved";
    throw new DataError({ where: name, given, allowed });
  }
  return parsePlain(where, text);
}

/** @throws DataError for what are no lists of strings. */
function namesFrom(from: Json, name: string): TrainedOn {
  const [classes, features] = (["classes", "features"] as const).map((kind) => {
    const given = fieldsOf(from)[kind], texts = listOf(given).filter((text) => typeof text === "string");
    if (given === undefined) return undefined;
    if (Array.isArray(given) && texts.length === given.length) return Object.freeze(texts);
    throw new DataError({ where: `${name}, metadata "names"`, given: show(given), allowed: `strings as ${kind}` });
  });
  return { classes, features };
}

function layerRecord(from: Json): LayerRecord | undefined {
  const { type, mode, count, key } = fieldsOf(from), [k0, k1] = listOf(key);
  const isWord = (word: unknown): word is number => Number.isInteger(word) && Math.abs(Number(word)) <= 0xffff_ffff;
  if (typeof type !== "string" || (mode !== "train" && mode !== "eval") || !isCount(count)) return undefined;
  return isWord(k0) && isWord(k1) ? { type, mode, count, key: [k0, k1] } : undefined;
}

function listOf(from: Json | undefined): readonly Json[] {
  const list: readonly Json[] = Array.isArray(from) ? from : [];
  return list;
}
