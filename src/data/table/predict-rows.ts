import { Network } from "../../network/network.ts";
import { savedSchemaOf } from "../../serialize/saved-schema.ts";
import { checkInstance } from "../../tensor/checks.ts";
import { DataError } from "../../tensor/errors.ts";
import { TableSchema, type ApplyOptions, type Prediction } from "./schema.ts";
import type { TableSource } from "./source.ts";
import type { Table } from "./table.ts";

/**
 * Returns the schema in the model file of a loaded network.
 * @throws DataError for a network without one, and for one that contradicts itself.
 * @example
 * console.log(schemaOf(loadModel("houses.safetensors")).summary());
 */
export function schemaOf(network: Network): TableSchema {
  const description = savedSchemaOf(checkInstance("schemaOf", network, Network));
  if (description !== undefined) return TableSchema.fromJSON(description);
  const advice = "Save the model with it: saveModel(network, path, { schema }). A network that was not loaded "
    + "predicts by schema.predict(network, rows).";
  const allowed = "one of a file that has one";
  throw new DataError({ where: "schemaOf", given: "a network without a schema", allowed, advice });
}

/**
 * Predicts raw rows, objects or CSV text, with a loaded network and the schema of its file.
 * @throws DataError as schemaOf and TableSchema.predict do.
 * @example
 * predictRows(loadModel("titanic.safetensors"), [{ Sex: "male", Age: "" }]);
 * // [{ class: "no", probabilities: { no: 0.81, yes: 0.19 } }]
 */
export function predictRows(network: Network, source: TableSource | Table, options: ApplyOptions = {}): Prediction[] {
  return schemaOf(network).predict(network, source, options);
}
