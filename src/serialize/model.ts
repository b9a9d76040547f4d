import { encodeWithChecksums } from "../formats/checksummed.ts";
import { Network } from "../network/network.ts";
import { checkNoFit } from "../nn/running-fits.ts";
import { mismatches, takeNumbers } from "../nn/layer-numbers.ts";
import { allLayersOf } from "../nn/parts.ts";
import { stateOf } from "../nn/state.ts";
import { checkInstance } from "../tensor/checks.ts";
import { DataError } from "../tensor/errors.ts";
import { typeNameOf } from "../tensor/type-name.ts";
import { build, dtypeOf, undrawnIn } from "./build.ts";
import { modelParts, parsed, readModelFile, type ModelFile } from "./model-file.ts";
import { describeSchema, keepSavedSchema, type SavedSchema } from "./saved-schema.ts";

/** What a model file may hold besides the network. */
export interface ModelOptions {
  /** How rows become the network's input, as fitTable learns it; default, the one that the network was loaded with. */
  schema?: SavedSchema;
}

/**
 * A network as the bytes of one file: safetensors, with the numbers under the paths of the fields that hold
 * them ("layers.0.weight"), and in the metadata the description that networkToJson returns, each layer's mode,
 * the counts its masks depend on, and checksums. Every number comes back bit for bit, NaN and infinities too.
 * Source of the format: https://github.com/huggingface/safetensors, README, "Format".
 * @throws OptionError for a layer whose class is not registered, or that is not the same when made again, and for
 * unknown options; ShapeError for a schema of other inputs or outputs than the network's.
 * @example
 * const again = modelFromBytes(modelToBytes(network)); // predicts the same bits, and draws the same masks
 */
export function modelToBytes(network: Network, options: ModelOptions = {}): Uint8Array {
  const { tensors, metadata } = modelParts(network, describeSchema("saveModel", network, options));
  return encodeWithChecksums(tensors, new Map(metadata));
}

/**
 * The network of a model file, or of a checkpoint, in its dtype, with each layer in the mode it was saved in.
 * All of the file is checked before memory is taken for the network's numbers.
 * @param name of the file, for messages.
 * @throws DataError that lists all that is wrong, for a file that is damaged, written by a newer version, or not
 * chainrule's.
 * @example
 * const network = modelFromBytes(new Uint8Array(await (await fetch("digits.safetensors")).arrayBuffer()));
 */
export function modelFromBytes(bytes: Uint8Array, name = "model file"): Network {
  const file = readModelFile(bytes, name, true), dtype = dtypeOf(file.description);
  const undrawn = build(file.description, name, bytes.length);
  refuseIfAny(file, [...otherLayers(undrawn, file), ...mismatches(undrawn, file.numbers, dtype)]);
  const network = undrawnIn(dtype, undrawn);
  takeModel(network, file);
  network.trainedOn = file.trainedOn;
  if (file.metadata.has("schema")) keepSavedSchema(network, parsed(file.metadata, "schema", name));
  return network;
}

/**
 * Puts the numbers of a model file into a network that has the same layers in the same order: parameters, and
 * what else layers have learnt, as running means. Modes, and counts of masks, stay as they are.
 * @throws DataError that lists all differences: other layers, and numbers that are missing, too many, or of
 * another shape or dtype; CallOrderError while fit trains the network. It is then as it was.
 * @example
 * loadWeightsFromBytes(network, bytes);
 */
export function loadWeightsFromBytes(network: Network, bytes: Uint8Array, name = "model file"): void {
  checkInstance("loadWeights", network, Network, "a Sequential or a Graph");
  checkNoFit("loadWeights", network.parameters);
  const file = readModelFile(bytes, name, true);
  refuseIfAny(file, differencesFrom(network, file));
  const counts = allLayersOf(network).map((layer) => stateOf(layer).trainForwards);
  takeNumbers(network, { ...file.numbers, counts });
}

/** How the file's layers and numbers differ from this network's: empty if they match. */
export function differencesFrom(network: Network, file: ModelFile): readonly string[] {
  return [...otherLayers(network, file), ...mismatches(network, file.numbers)];
}

/** Takes over what fits: numbers, modes, and what masks depend on. */
export function takeModel(network: Network, { numbers, layers }: ModelFile): void {
  takeNumbers(network, numbers);
  allLayersOf(network).forEach((layer, i) => {
    const { mode, key } = layers[i];
    Object.assign(stateOf(layer), { mode, key, place: undefined, stream: undefined });
  });
}

function otherLayers(network: Network, { layers }: ModelFile): readonly string[] {
  const here = allLayersOf(network), count = Math.max(here.length, layers.length);
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const one = i < layers.length ? layers[i].type : "none";
    const other = i < here.length ? typeNameOf(here[i].constructor) : "none";
    return one === other ? [] : [`${one} as layer ${i}, not ${other}`];
  });
}

function refuseIfAny({ name }: ModelFile, wrong: readonly string[]): void {
  if (wrong.length === 0) return;
  const allowed = "the layers and numbers of this network", advice = "Nothing was changed.";
  throw new DataError({ where: name, given: wrong.join("; "), allowed, advice });
}
