/** A table of the user's own as data. Loaded when one is chosen. */
import { fitTable, readTable, type Table } from "chainrule";
import type { Reading, TaskData } from "./kinds.ts";
import { plain } from "./sets.ts";

/** @throws ChainruleError naming rows and columns. */
export function ownTable(table: Table, label: string, seed: number): TaskData {
  const parts = table.split({ validation: 0.3, seed });
  const schema = fitTable(parts.train, { label, task: "classes" });
  const [train, test] = [schema.dataset(parts.train), schema.dataset(parts.validation)];
  return {
    train: plain(train),
    test: plain(test),
    shape: train.x.shape.slice(1),
    classes: train.names?.classes ?? [],
    isPlane: false,
  };
}

/** @throws ChainruleError for text that is no table. */
export async function readOwnTable(file: File, reading: Reading): Promise<Table> {
  return readTable(await file.text(), { ...optionsOf(reading), name: file.name });
}

/** As readTable takes them. */
export function optionsOf({ header, decimal }: Reading) {
  return {
    header: header === "detect" ? ("detect" as const) : header === "names",
    ...(decimal === "detect" ? {} : { decimal }),
  };
}
