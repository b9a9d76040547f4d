/** Makes the data of Train in a worker: a large table, or thousands of digits, would keep the page from drawing. */
import type { Table } from "chainrule";
import { messageOf } from "../ui/message-of.ts";
import { READY } from "../ui/workers.ts";
import { loadDigits } from "./digits.ts";
import type { Reading } from "./kinds.ts";
import type { FromData, ToData } from "./protocol.ts";
import { makeData } from "./sets.ts";

self.onmessage = ({ data }: MessageEvent<ToData>) => {
  void answerTo(data)
    .catch((error: unknown): FromData => ({ id: data.id, type: "failed", message: messageOf(error) }))
    .then((answer) => self.postMessage(answer, { transfer: transferred(answer) }));
};
self.postMessage(READY);

async function answerTo(asked: ToData): Promise<FromData> {
  const { id } = asked;
  if (asked.type === "columns") {
    const { names } = await tableOf(asked.file, asked.reading);
    return { id, type: "columns", columns: names };
  }
  const { request, table, from } = asked;
  const read = table && { table: await tableOf(table.file, table.reading), label: table.label };
  return { id, type: "made", data: await makeData(request, () => loadDigits(request.rows, from), read) };
}

let last: { readonly of: string; readonly table: Table } | undefined;

/** The one that was read last is kept: its columns are asked for first. */
async function tableOf(file: File, reading: Reading): Promise<Table> {
  const of = JSON.stringify([file.name, file.size, file.lastModified, reading]);
  if (last?.of === of) return last.table;
  const { readOwnTable } = await import("./own-table.ts"),
    table = await readOwnTable(file, reading);
  last = { of, table };
  return table;
}

/** Rows are handed over, not copied. */
function transferred(answer: FromData): Transferable[] {
  if (answer.type !== "made") return [];
  const { train, test } = answer.data;
  return [...new Set([train, test].flatMap(({ x, labels }) => [x.buffer, labels.buffer]))];
}
