/** Asks the worker that makes the data; one for the whole visit. */
import { WorkerClient } from "../ui/workers.ts";
import type { DataRequest, OwnTable, Reading, TaskData } from "./kinds.ts";
import type { FromData, ToData } from "./protocol.ts";

const client = new WorkerClient<ToData, FromData>({
  make: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  seconds: 60,
});

/** @throws Error with a sentence for the page, for what cannot be trained on. */
export async function askData(request: DataRequest, table: OwnTable | undefined): Promise<TaskData> {
  return (await client.ask({ type: "make", request, table, from: document.baseURI }, "made")).data;
}

/** The names of a table's columns; a table that is still being read is given up. @throws Error as above. */
export async function askColumns(file: File, reading: Reading): Promise<readonly string[]> {
  client.restart(({ type }) => type === "make");
  return (await client.ask({ type: "columns", file, reading }, "columns")).columns;
}
