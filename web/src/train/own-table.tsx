/** A CSV file of the user's own: it is read here and stays here. */
import { useState } from "preact/hooks";
import type { OwnTable } from "../data/sets.ts";
import { Choice, Message } from "../ui/inputs.tsx";
import { messageOf } from "../ui/message-of.ts";

interface OwnTableProps {
  readonly table: OwnTable | undefined;
  readonly onTable: (table: OwnTable | undefined) => void;
}

export function OwnTableInput({ table, onTable }: OwnTableProps) {
  const [columns, setColumns] = useState<readonly string[]>([]),
    [failed, setFailed] = useState<string>();
  async function read(file: File | undefined) {
    if (file === undefined) return;
    setFailed(undefined);
    try {
      const text = await file.text(),
        { columnsOf } = await import("../data/own-table.ts"),
        found = columnsOf(text);
      setColumns(found);
      onTable({ name: file.name, text, label: found[found.length - 1] });
    } catch (error) {
      setFailed(messageOf(error));
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
          accept=".csv,text/csv"
          onChange={({ currentTarget }) => void read(currentTarget.files?.[0])}
        />
      </div>
      {table !== undefined && (
        <Choice
          label="column to predict"
          value={table.label}
          from={Object.fromEntries(columns.map((column) => [column, column]))}
          onChange={(label) => onTable({ ...table, label })}
        />
      )}
      {failed !== undefined && <Message kind="wrong">{failed}</Message>}
      <p class="soft">
        The file is read in this page and not part of the link. 30 % of its rows, chosen by the seed of the data, are
        kept for testing.
      </p>
    </div>
  );
}
