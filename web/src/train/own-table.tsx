/** A CSV file of the user's own: it is read here and stays here. */
import { useState } from "preact/hooks";
import type { OwnTable, Reading } from "../data/sets.ts";
import { Choice, Message } from "../ui/inputs.tsx";
import { messageOf } from "../ui/message-of.ts";
import { painted } from "../ui/painted.ts";

interface OwnTableProps {
  readonly table: OwnTable | undefined;
  readonly onTable: (table: OwnTable | undefined) => void;
}

export function OwnTableInput({ table, onTable }: OwnTableProps) {
  const [columns, setColumns] = useState<readonly string[]>([]),
    [file, setFile] = useState<File>(),
    [message, setMessage] = useState<{ readonly kind: "note" | "wrong"; readonly text: string }>();
  const [reading, setReading] = useState<Reading>({ header: "detect", decimal: "detect" });
  async function read(chosen: File | undefined, how: Reading) {
    setFile(chosen);
    setReading(how);
    if (chosen === undefined) return;
    setMessage({ kind: "note", text: `Reading ${chosen.name}…` });
    try {
      await painted();
      const text = await chosen.text(),
        { columnsOf } = await import("../data/own-table.ts"),
        found = columnsOf(text, how);
      setColumns(found);
      onTable({ name: chosen.name, text, label: found[found.length - 1], reading: how });
      setMessage(undefined);
    } catch (error) {
      setMessage({ kind: "wrong", text: messageOf(error) });
      onTable(undefined);
    }
  }
  return (
    <div class="row">
      <div class="input">
        <label for="own-table">CSV file</label>
        <input
          id="own-table"
          type="file"
          accept=".csv,.tsv,text/csv"
          onChange={({ currentTarget }) => void read(currentTarget.files?.[0], reading)}
        />
      </div>
      {file !== undefined && (
        <>
          <Choice
            label="first line"
            value={reading.header}
            from={{ detect: "found out", names: "names the columns", row: "is a row" }}
            onChange={(header) => void read(file, { ...reading, header })}
          />
          <Choice
            label="decimal mark"
            value={reading.decimal}
            from={{ detect: "found out", ".": "point", ",": "comma" }}
            onChange={(decimal) => void read(file, { ...reading, decimal })}
          />
        </>
      )}
      {table !== undefined && (
        <Choice
          label="column to predict"
          value={table.label}
          from={Object.fromEntries(columns.map((column) => [column, column]))}
          onChange={(label) => onTable({ ...table, label })}
        />
      )}
      {message !== undefined && <Message kind={message.kind}>{message.text}</Message>}
      <p class="soft">
        The file is read in this page and not part of the link. 30 % of its rows, chosen by the seed of the data, are
        kept for testing.
      </p>
    </div>
  );
}
