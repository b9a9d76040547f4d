/** A CSV file of the user's own: it is read here and stays here. */
import { useRef, useState } from "preact/hooks";
import { askColumns } from "../data/client.ts";
import type { OwnTable, Reading } from "../data/kinds.ts";
import { Choice, Message } from "../ui/inputs.tsx";
import { messageOf } from "../ui/message-of.ts";

interface OwnTableProps {
  readonly table: OwnTable | undefined;
  readonly onTable: (table: OwnTable | undefined) => void;
}

/** Larger files are refused: a browser's worker may not have room for their numbers. */
const MOST_MEGABYTES = 50;

export function OwnTableInput({ table, onTable }: OwnTableProps) {
  const [file, setFile] = useState(table?.file),
    [reading, setReading] = useState<Reading>(table?.reading ?? { header: "detect", decimal: "detect" });
  const [message, setMessage] = useState<{ readonly kind: "note" | "wrong"; readonly text: string }>();
  const latest = useRef(0);
  async function read(chosen: File | undefined, how: Reading) {
    const asked = ++latest.current;
    if (chosen === undefined) return;
    setFile(chosen);
    setReading(how);
    onTable(undefined);
    setMessage({ kind: "note", text: `Reading ${chosen.name}…` });
    try {
      const megabytes = chosen.size / 1e6;
      if (megabytes > MOST_MEGABYTES)
        throw new Error(
          `${chosen.name} has ${megabytes.toFixed(0)} MB; this page reads at most ${MOST_MEGABYTES} MB. ` +
            "Choose a file with fewer rows.",
        );
      const columns = await askColumns(chosen, how);
      if (asked !== latest.current) return;
      onTable({ file: chosen, columns, label: columns[columns.length - 1], reading: how });
      setMessage(undefined);
    } catch (error) {
      if (asked === latest.current) setMessage({ kind: "wrong", text: messageOf(error) });
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
            from={{ detect: "detect", names: "has the columns' names", row: "is data" }}
            onChange={(header) => void read(file, { ...reading, header })}
          />
          <Choice
            label="decimal mark"
            value={reading.decimal}
            from={{ detect: "detect", ".": "point", ",": "comma" }}
            onChange={(decimal) => void read(file, { ...reading, decimal })}
          />
        </>
      )}
      {table !== undefined && (
        <Choice
          label="column to predict"
          value={table.label}
          from={Object.fromEntries(table.columns.map((column) => [column, column]))}
          onChange={(label) => onTable({ ...table, label })}
        />
      )}
      {message !== undefined && <Message kind={message.kind}>{message.text}</Message>}
      <p class="soft">
        {table !== undefined && <>Using {table.file.name}. </>}
        The file stays in this browser and is not part of the link. 30 % of its rows, chosen by the data seed, are kept
        for testing.
      </p>
    </div>
  );
}
