/** The data of Train, as the page tells them apart. */
import type { Shape } from "chainrule";

export const KINDS = ["digits", "spirals", "moons", "blobs", "xor", "points", "function", "table"] as const;
export type DataKind = (typeof KINDS)[number];

export interface DataRequest {
  readonly data: DataKind;
  readonly rows: number;
  readonly noise: number;
  readonly classes: number;
  readonly dataSeed: number;
  readonly points: string;
  readonly formula: string;
}

/** Plain arrays: a worker is sent them. */
export interface PlainData {
  readonly x: Float32Array;
  readonly shape: Shape;
  readonly labels: Int32Array;
}

/** Rows to train on and others to test on, with what a picture needs to know. */
export interface TaskData {
  readonly train: PlainData;
  readonly test: PlainData;
  /** Without the batch axis. */
  readonly shape: Shape;
  readonly classes: readonly string[];
  /** Whether rows are points in the plane, x and y each about from -1 to 1. */
  readonly isPlane: boolean;
}

/** A table a user chose: it stays in the page. */
export interface OwnTable {
  readonly file: File;
  readonly columns: readonly string[];
  /** The column to predict. */
  readonly label: string;
  readonly reading: Reading;
}

/** How a table is read, where its text leaves that open. */
export interface Reading {
  readonly header: "detect" | "names" | "row";
  readonly decimal: "detect" | "." | ",";
}
