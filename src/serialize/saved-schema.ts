import type { Network } from "../network/network.ts";
import type { Json } from "../nn/json-state.ts";
import { checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";

/** What a model file keeps of a TableSchema. Files of models know no tables, so that bundles need hold none. */
export interface SavedSchema {
  /** The schema as JSON. */
  toJSON(): Json;
  /** @throws ShapeError for a network of other inputs or outputs. */
  checkFits(network: Network): void;
}

/** The descriptions that came with networks out of files. */
const schemas = new WeakMap<Network, Json>();

/** The description of a table that a network was loaded with. */
export function savedSchemaOf(network: Network): Json | undefined {
  return schemas.get(network);
}

/** Stores it for a network that was loaded. */
export function keepSavedSchema(network: Network, schema: Json): void {
  schemas.set(network, schema);
}

/** The description to save: of the schema given, or the one the network was loaded with. */
export function describeSchema(where: string, network: Network, options: { schema?: SavedSchema }): Json | undefined {
  checkOptions(where, options, ["schema"]);
  const { schema } = options ?? {};
  if (schema === undefined) return savedSchemaOf(network);
  if (typeof schema?.toJSON !== "function" || typeof schema.checkFits !== "function") {
    throw new OptionError({ where: `${where} schema`, given: show(schema), allowed: "a TableSchema, as of fitTable" });
  }
  schema.checkFits(network);
  return schema.toJSON();
}
