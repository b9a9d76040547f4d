import { writeFileAtomically } from "../../formats/write-file.node.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import type { Callback } from "../trainer.ts";
import { historyToCsv, historyToJsonLines } from "../history.ts";

const FORMATS = [
  { ending: ".csv", write: historyToCsv },
  { ending: ".jsonl", write: historyToJsonLines },
] as const;

/**
 * Writes the trainer's history to a file after each epoch: as comma-separated values where its name ends in
 * .csv, as JSON lines if it ends in .jsonl. Each time the whole file is replaced, as saveModel does it.
 * @throws OptionError for another ending; DataError, which ends fit, if the file cannot be written.
 * @example
 * new Trainer(network, { loss, optimizer, callbacks: [historyFile("run.csv")] });
 */
export function historyFile(path: string): Callback {
  const format = FORMATS.find(({ ending }) => typeof path === "string" && path.endsWith(ending));
  if (format === undefined) {
    const allowed = FORMATS.map(({ ending }) => `a path that ends in ${ending}`).join(" or ");
    throw new OptionError({ where: "historyFile", given: show(path), allowed });
  }
  return {
    onEpochEnd({ history }) {
      writeFileAtomically(path, new TextEncoder().encode(format.write(history)));
    },
  };
}
