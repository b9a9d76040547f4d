import { schemaOf } from "../../data/table/predict-rows.ts";
import type { Prediction, TableSchema } from "../../data/table/schema.ts";
import type { Table } from "../../data/table/table.ts";
import { terminalOf } from "../../environment.node.ts";
import { writeFileAtomically } from "../../formats/write-file.node.ts";
import { OutputFile } from "../../report/file.node.ts";
import { plural } from "../../charts/numbers.ts";
import { wrap } from "../../report/wrap.ts";
import { loadModel } from "../../serialize/model-files.node.ts";
import { OptionError, printable, shortened, unlessRefused } from "../../tensor/errors.ts";
import { helpOf, nameOf, readArguments, target, type Usage, type Values } from "../arguments.node.ts";
import { print, type Command } from "../command.node.ts";
import { checkThere, explained, openFile, READING, readingOf, refuseOverwriting } from "../table/open.node.ts";
import { csvWith, namesOf, valuesOf } from "./csv.ts";

/** How many rows are shown if none are written. */
const SHOWN = 10;
/** The longest cell that is shown. */
const WIDEST = 24;

const FLAGS = {
  out: target("FILE", "write all rows there, as CSV, with the predictions behind their columns"),
  ...READING,
};

const usageOf = (call: string): Usage<typeof FLAGS> => ({
  call,
  does: "Predicts the rows of a CSV file with a model that train made of a table.",
  takes: "MODEL FILE.csv",
  flags: FLAGS,
  more: `Columns go by their names; the one to predict need not be there. Without --out the first ${SHOWN} rows are
shown.

Examples:
  ${call} model.safetensors new-rows.csv
  ${call} model.safetensors new-rows.csv --out predictions.csv`,
});

/** Predicts raw rows: classes with their probabilities, or numbers in their own unit. */
export const predictCommand: Command = {
  does: "predict the rows of a CSV file with a model of train's",
  async run(args, call) {
    const usage = usageOf(call), given = readArguments(usage, args);
    if (given === undefined) return print(helpOf(usage));
    if (given.positionals.length !== 2) {
      const count = plural(given.positionals.length, "file");
      throw new OptionError({ where: nameOf(usage), given: count, allowed: usage.takes });
    }
    return explained(() => predict(given.positionals, given.values));
  },
};

async function predict([model, path]: readonly string[], values: Values<typeof FLAGS>): Promise<number> {
  const { out, ignore } = values;
  checkThere(model, "a model that train has saved");
  checkThere(path, "a CSV file");
  if (out !== undefined) refuseOverwriting("--out", out, [model, path]);
  const network = loadModel(model), schema = schemaOf(network);
  const names = schema.columns.filter(({ type }) => type !== "leftOut").map(({ name }) => name);
  const table = await openFile(path, readingOf(values), { names, decimal: schema.decimal });
  if (out !== undefined) await OutputFile.prepare("--out", out);
  const predictions = schema.predict(network, table, { ignore });
  const rows = plural(predictions.length, "row");
  if (out === undefined) {
    print(preview(schema, table, predictions).join("\n"));
    print(predictions.length > SHOWN
      ? `… the first ${SHOWN} of ${rows}; --out FILE.csv writes all.` : `${rows}; --out FILE.csv writes them.`);
  } else {
    writeFileAtomically(out, csvWith(schema, table, predictions));
    print(`Written: ${printable(out)}, ${rows}`);
  }
  const hasLabel = table.names.includes(schema.label.name);
  const judged = hasLabel ? unlessRefused(() => schema.evaluate(network, table, { ignore })) : undefined;
  if (judged === undefined) return 0;
  const label = printable(shortened(schema.label.name, WIDEST));
  const sentence = judged.task === "classes"
    ? `The file holds ${label}, too: ${percent(judged.accuracy)} are predicted correctly; always guessing the `
      + `most frequent class of the training rows: ${percent(judged.constantGuess.accuracy)}.`
    : `The file holds ${label}, too: the mean absolute error is ${short(judged.meanError)}; always guessing the mean `
      + `of the training rows: ${short(judged.constantGuess.meanError)}.`;
  const text = `${sentence} Rows the network was trained on make the result look better than it is.`;
  return print(wrap(text, terminalOf(process.stdout).columns).join("\n"));
}

/** The first rows: where they are, what is predicted, and as many of their own cells as the screen is wide. */
function preview(schema: TableSchema, table: Table, predictions: readonly Prediction[]): readonly string[] {
  const first = table.rows(Array.from({ length: Math.min(SHOWN, table.size) }, (_, row) => row));
  const shown = predictions.slice(0, SHOWN), cell = (text: string) => printable(shortened(text, WIDEST));
  const answers = namesOf(schema).map((name, j) => [name, ...shown.map((one) => readable(valuesOf(schema, one)[j]))]);
  const all = [
    ["", ...shown.map((_, row) => table.placeOf(row))], ...answers,
    ...table.names.map((name) => [name, ...first.column(name)]),
  ].map((column) => column.map(cell));
  let room = terminalOf(process.stdout).columns;
  const widths = all.map((column) => Math.max(...column.map(({ length }) => length)));
  const columns = all.filter((_, j) => (room -= widths[j] + (j === 0 ? 0 : 2)) >= 0 || j < 2);
  return [0, ...shown.map((_, row) => row + 1)].map((row) => columns.map((column) => {
    return column[row].padEnd(Math.max(...column.map(({ length }) => length)));
  }).join("  ").trimEnd());
}

const readable = (value: string | number) => (typeof value === "number" ? short(value) : value);
const short = (value: number) => String(Number(value.toPrecision(5)));
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
