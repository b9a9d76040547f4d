/** What the page and the worker that makes its data tell each other. */
import type { DataRequest, OwnTable, Reading, TaskData } from "./kinds.ts";

export type ToData =
  | {
      readonly id: number;
      readonly type: "make";
      readonly request: DataRequest;
      readonly table: OwnTable | undefined;
      /** The page's own address: files are beside it. */
      readonly from: string;
    }
  | { readonly id: number; readonly type: "columns"; readonly file: File; readonly reading: Reading };

export type FromData =
  | { readonly id: number; readonly type: "made"; readonly data: TaskData }
  | { readonly id: number; readonly type: "columns"; readonly columns: readonly string[] }
  | { readonly id: number; readonly type: "failed"; readonly message: string };
