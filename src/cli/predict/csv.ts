import type { Prediction, TableSchema } from "../../data/table/schema.ts";
import type { Table } from "../../data/table/table.ts";
import { DataError, show } from "../../tensor/errors.ts";

/** The names of what is predicted: the class and the probability of each, or the number. */
export function namesOf({ label, classes }: TableSchema): readonly string[] {
  return [`predicted ${label.name}`, ...classes.map((name) => `probability ${name}`)];
}

/** The same of one row. */
export function valuesOf({ classes }: TableSchema, one: Prediction): readonly (string | number)[] {
  return "value" in one ? [one.value] : [one.class, ...classes.map((name) => one.probabilities[name])];
}

/**
 * A table as CSV text, in its own separator and decimal mark, with the predictions after its columns. Numbers have
 * all their digits.
 * @throws DataError if the table already has a column of that name.
 */
export function csvWith(schema: TableSchema, table: Table, predictions: readonly Prediction[]): Uint8Array {
  const { separator, decimal, starts } = table.parts, names = namesOf(schema);
  const taken = names.find((name) => table.names.includes(name));
  if (taken !== undefined) {
    const advice = "Take it out of the file, or give it another name.";
    throw new DataError({ where: table.name, given: `a column ${show(taken)}`, allowed: "another name", advice });
  }
  const mustQuote = (text: string) => text === "" || /["\r\n]|^\s|\s$/.test(text) || text.includes(separator);
  const written = (cell: string | number) => {
    const text = typeof cell === "number" ? String(cell).replace(".", decimal) : cell;
    return text !== "" && mustQuote(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [[...table.names, ...names].map(written).join(separator)], cells = table.cells();
  predictions.forEach((one, row) => {
    cells.seek(starts[row]);
    const own = table.names.map(() => {
      cells.nextCell();
      return cells.text();
    });
    lines.push([...own, ...valuesOf(schema, one)].map(written).join(separator));
  });
  return new TextEncoder().encode(`${lines.join("\n")}\n`);
}
