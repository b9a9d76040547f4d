/** Valid files of every format that is read, small enough that every byte of them is hit. */
import { gzipSync } from "node:zlib";
import {
  Adam, Add, Affine, BatchNorm, checkpointToBytes, CrossEntropy, DataError, Dropout, fitTable, Graph, modelFromBytes,
  modelToBytes, networkFromJson, networkToJson, readCheckpoint, readCsv, readIdx, readNpy, readNpz, readSafetensors,
  readTable, Sequential, TableSchema, tensor, Trainer, writeSafetensors, type LoadedNumbers, type Json,
} from "chainrule";
import { encodeWithChecksums, decodeWithChecksums } from "../../src/formats/checksummed.ts";
import { idxFile, npyFile, npyText, zipFile } from "../formats/writers.ts";

export type Arrays = ReadonlyMap<string, LoadedNumbers>;

export interface Sample {
  readonly format: string;
  /** What is mutated: the file, or what is packed into it. */
  readonly bytes: Uint8Array;
  /** Makes a file of the mutated bytes. */
  readonly pack: (bytes: Uint8Array) => Uint8Array;
  readonly load: (file: Uint8Array) => Promise<Arrays>;
  /** The whole file, names too, or its numbers are protected by a checksum that mutations do not mend. */
  readonly checked?: "file" | "numbers";
}

const asIs = (bytes: Uint8Array) => bytes;
const gzip = (bytes: Uint8Array) => gzipSync(bytes, { level: 1 });
const one = async (array: Promise<LoadedNumbers>): Promise<Arrays> => new Map([["", await array]]);
const idx = (file: Uint8Array) => one(readIdx(file));
const npy = (file: Uint8Array) => one(readNpy(file));
const csv = (file: Uint8Array) => one(readCsv(file));

/** 0, 1, 2 … 96 bytes: twelve numbers of eight. */
const ramp = Uint8Array.from({ length: 96 }, (_, i) => i);
const first = (count: number) => ramp.subarray(0, count);

const idxFiles = [
  idxFile(0x08, [2, 3, 4], first(24)), idxFile(0x09, [12], first(12)), idxFile(0x0b, [3, 4], first(24)),
  idxFile(0x0c, [3], first(12)), idxFile(0x0d, [1, 6], first(24)), idxFile(0x0e, [2, 1], first(16)),
];
const npyFiles = [
  npyFile(npyText("<f4", [2, 3]), first(24)), npyFile(npyText(">i8", [3]), first(24), 2),
  npyFile(npyText("<f2", [2, 5], true), first(20), 3), npyFile(npyText("|b1", []), first(1)),
  npyFile(npyText("|u1", [0, 7]), first(0)), npyFile(npyText(">u2", [2, 2, 3], true), first(24)),
];
const table = Buffer.from('\ufeffa,"b ""c""",d\r\n1,2.5,-3e2\r\n"4", 5 ,.6\n\n7,8,9\n');
const arrays = [
  ["layers.0.weight", tensor([[1, -2, 0.1], [NaN, Infinity, -0]])], ["layers.0.bias", tensor([1, 2, 3], "float64")],
  ["__proto__", { shape: [0, 3], dtype: "int8", data: new Int8Array(0) }],
  ["steps \u{1f600}", { shape: [], dtype: "uint64", data: BigUint64Array.of(2n ** 63n) }],
  ["mask", { shape: [5], dtype: "bool", data: Uint8Array.of(1, 0, 1, 1, 0) }],
] as const;
const members = [
  { name: "w.npy", bytes: npyFiles[0] }, { name: "../b.npy", bytes: npyFiles[1], isDeflated: true },
];

const plain = (format: string, files: readonly Uint8Array[], load: Sample["load"]): Sample[] =>
  files.map((bytes) => ({ format, bytes, pack: asIs, load }));

/** Mutated before it is packed, where the checksum is right again, and after, where it is not. */
const packed = (
  format: string, bytes: Uint8Array, pack: Sample["pack"], load: Sample["load"],
): Sample[] => [
  { format: `${format}, inside`, bytes, pack, load },
  { format, bytes: pack(bytes), pack: asIs, load, checked: "numbers" },
];

const network = () => new Graph({ seed: 2 })
  .input("x", [3])
  .add("a", new Sequential([new Affine(3, 3), new BatchNorm(3), new Dropout({ keep: 0.7 })]), "x")
  .add("b", new Add(), "a", "x").output("b");
const trainer = () => {
  const optimizer = new Adam({ learningRate: 0.01 });
  const made = new Trainer(network(), { loss: new CrossEntropy(), optimizer });
  made.step([[1, 2, 3], [4, 5, 6]], [0, 2]);
  return made;
};
const text = (plain: unknown) => Buffer.from(JSON.stringify(plain));
const none = (read: (file: Uint8Array) => unknown) => async (file: Uint8Array): Promise<Arrays> => {
  await read(file);
  return new Map();
};
const jsonIn = (file: Uint8Array): Json => {
  try {
    return JSON.parse(Buffer.from(file).toString()) as Json;
  } catch {
    throw new DataError({ where: "JSON", given: "something else", allowed: "JSON" });
  }
};
const fromJson = (file: Uint8Array) => networkFromJson(jsonIn(file));
const read = (file: Uint8Array) => readCheckpoint(file).resume(trainer(), {});

/** A sealed file whose metadata has this text under a name: what is mutated is protected by no checksum. */
const within = (file: Uint8Array, name: string) => (bytes: Uint8Array) => {
  const { tensors, metadata } = decodeWithChecksums(file, "sample");
  return encodeWithChecksums(tensors, new Map([...metadata, [name, Buffer.from(bytes).toString()]]));
};
const saved = (format: string, file: Uint8Array, load: Sample["load"], ...entries: readonly string[]): Sample[] => [
  { format, bytes: file, pack: asIs, load },
  ...entries.map((entry): Sample => {
    const bytes = Buffer.from(decodeWithChecksums(file, "sample").metadata.get(entry) ?? "");
    return { format: `${format}, ${entry}`, bytes, pack: within(file, entry), load };
  }),
];

const rows = Buffer.from('size;kind;"day";price\n1,5;red;2024-01-31;10\n;"blue; ""dark""";2024-02-29;20\n'
  + "-3e2;red;2023-12-01;30\n4;green;;40\n");
const known = fitTable(rows, { label: "price", task: "number" });

/** A schema that is accepted makes inputs of rows, and is the same when written and read again. */
const schema = (file: Uint8Array) => {
  const read = TableSchema.fromJSON(jsonIn(file)), text = JSON.stringify(read);
  if (JSON.stringify(TableSchema.fromJSON(JSON.parse(text))) !== text) throw new Error("another when read again");
  read.inputs(rows);
};
/** A table that is accepted has rows for the schema, and all that is learned from it is finite. */
const learned = (file: Uint8Array) => {
  const made = readTable(file), fitted = fitTable(made, { label: made.names[made.names.length - 1], task: "number" });
  if (!fitted.inputs(made).data.every(Number.isFinite)) throw new Error("inputs that are not finite");
  TableSchema.fromJSON(JSON.parse(JSON.stringify(fitted)));
};

export const SAMPLES: readonly Sample[] = [
  ...plain("IDX", idxFiles, idx),
  ...packed("IDX in gzip", idxFiles[0], gzip, idx),
  ...plain(".npy", npyFiles, npy),
  ...packed(".npy in gzip", npyFiles[2], gzip, npy),
  ...packed(".npz", npyFiles[0], (bytes) => zipFile([{ name: "w.npy", bytes, isDeflated: true }]), readNpz),
  { format: ".npz", bytes: zipFile(members, "a comment"), pack: asIs, load: readNpz, checked: "numbers" },
  ...plain("networkFromJson", [text(networkToJson(network()))], none(fromJson)),
  ...saved("model", modelToBytes(network()), none((file) => modelFromBytes(file)), "network", "state"),
  ...saved("checkpoint", checkpointToBytes(trainer()), none(read), "trainer"),
  ...plain("CSV", [table], csv),
  ...packed("CSV in gzip", table, gzip, csv),
  ...plain("table schema", [text(known)], none(schema)),
  ...plain("table", [rows], none(learned)),
  ...plain("rows for a schema", [rows], none((file) => known.inputs(file))),
  ...plain("safetensors", [writeSafetensors(arrays, { made: "here" }), writeSafetensors([])], async (file) =>
    readSafetensors(file).tensors),
  ...[encodeWithChecksums(arrays, { version: "1", text: "{}" }), encodeWithChecksums([arrays[0]])].map((bytes): Sample => ({
    format: "sealed safetensors", bytes, pack: asIs, checked: "file",
    load: async (file) => decodeWithChecksums(file, "sealed").tensors,
  })),
];
