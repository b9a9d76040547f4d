/** A table of the user's own as data. Loaded when one is chosen. */
import { fitTable, readTable } from "chainrule";
import type { OwnTable, Reading, TaskData } from "./sets.ts";

/** @throws ChainruleError naming rows and columns. */
export function ownTable({ text, label, reading }: OwnTable, seed: number): TaskData {
  const parts = readTable(text, optionsOf(reading)).split({ validation: 0.3, seed });
  const schema = fitTable(parts.train, { label, task: "classes" });
  const [train, test] = [schema.dataset(parts.train), schema.dataset(parts.validation)];
  return { train, test, shape: train.x.shape.slice(1), classes: train.names?.classes ?? [], isPlane: false };
}

/** The names of its columns. */
export function columnsOf(text: string, reading: Reading): readonly string[] {
  return readTable(text, optionsOf(reading)).names;
}

function optionsOf({ header, decimal }: Reading) {
  return {
    header: header === "detect" ? ("detect" as const) : header === "names",
    ...(decimal === "detect" ? {} : { decimal }),
  };
}
