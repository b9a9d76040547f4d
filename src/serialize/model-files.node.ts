import { readWhole } from "../formats/files.node.ts";
import { writeFileAtomically } from "../formats/write-file.node.ts";
import type { Network } from "../network/network.ts";
import { loadWeightsFromBytes, modelFromBytes, modelToBytes, type ModelOptions } from "./model.ts";

/**
 * Saves a network, weights and all, as one safetensors file: see modelToBytes. The file is there whole or not
 * at all; one that was there before stays until the new one is on the disk.
 * @throws DataError naming the path and the cause, as a full disk, with the old file as it was; OptionError
 * for a layer whose class is not registered.
 * @example
 * saveModel(network, "digits.safetensors");
 * saveModel(network, "houses.safetensors", { schema }); // with the schema of the table it was trained on
 */
export function saveModel(network: Network, path: string, options: ModelOptions = {}): void {
  writeFileAtomically(path, modelToBytes(network, options));
}

/**
 * The network of a file that saveModel or saveCheckpoint wrote: see modelFromBytes.
 * @throws DataError naming the path, for a file that is not there, damaged, newer or none of chainrule's.
 * @example
 * const classes = loadModel("digits.safetensors").classify(rows);
 */
export function loadModel(path: string): Network {
  return modelFromBytes(readWhole(path), path);
}

/**
 * Puts the numbers of a file into a network made by hand: see loadWeightsFromBytes.
 * @throws DataError that lists all differences, with the network as it was.
 * @example
 * loadWeights(network, "digits.safetensors");
 */
export function loadWeights(network: Network, path: string): void {
  loadWeightsFromBytes(network, readWhole(path), path);
}
