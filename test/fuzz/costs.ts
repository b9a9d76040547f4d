/**
 * What reading costs, for growth.test.ts: run by itself, so that nothing else adds to its CPU time or memory.
 * `costs.ts growth` prints how the CPU time of each reader grows;
 * `costs.ts make NAME PATH` writes the file of a load; `costs.ts peak NAME PATH` prints the most memory that one load
 * takes, and the bytes of what it returns.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import {
  Adam, Affine, ChainruleError, checkpointToBytes, CrossEntropy, Graph, MeanSquaredError, modelFromBytes, modelToBytes,
  networkFromJson, readCheckpoint, readCsv, readIdx, readNpy, readNpz, readSafetensors, registered, ReLU, Sequential,
  tensor, Trainer, type Json,
} from "chainrule";
import { loadCheckpoint, loadModel, loadNumbers } from "chainrule/node";
import { growthOf, type Growth, type Prepare } from "../../bench/growth.ts";
import { idxFile, npyFile, npyText, safetensorsFile, zipFile } from "../formats/writers.ts";

const described = (network: Json) =>
  ({ format: "chainrule", version: 1, dtype: "float32", frozen: [], network });
const relu = { type: "ReLU", arguments: [] }, flatten = { type: "Flatten", arguments: [] };
const affine = { type: "Affine", arguments: [4, 4, {}] };
const nested = (levels: number): Json =>
  levels === 0 ? affine : { type: "Sequential", layers: [nested(levels - 1), flatten, affine] };
const node = (name: string, from: string, layer: Json) => ({ name, from: [from], layer });
const graphs = (levels: number): Json => levels === 0 ? affine : {
  type: "Graph", inputs: [{ name: "x" }], nodes: [node("a", "x", graphs(levels - 1)), node("b", "a", affine)], outputs: ["b"],
};
const chain = (n: number) => Array.from({ length: n }, (_, i) => ({ name: `n${i}`, from: [`n${i - 1}`], layer: relu }));
const graph = (nodes: Json, n: number) =>
  described({ type: "Graph", inputs: [{ name: "n-1", shape: [4] }], nodes, outputs: [`n${n - 1}`] });
const layers = (n: number) => new Sequential(Array.from({ length: n }, () => new Affine(2, 2)));
const run = (n: number) => {
  const network = layers(n), optimizer = new Adam({ learningRate: 0.01 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
  trainer.step([[1, 2]], [0]);
  return trainer;
};
const large = () =>
  new Trainer(new Sequential([new Affine(2000, 3000)]), { loss: new MeanSquaredError(), optimizer: new Adam({ learningRate: 0.01 }) });
const emptyTensors = (n: number) =>
  Array.from({ length: n }, (_, i) => `"${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`);
const zeros = (n: number) => new Uint8Array(n);

/** A reader, what it reads at a size, and a size at which that takes some milliseconds. */
const READERS: Readonly<Record<string, readonly [Prepare, number]>> = {
  "safetensors, many empty tensors": [(n) => {
    const file = safetensorsFile(`{${emptyTensors(n).join(",")}}`, zeros(0));
    return () => readSafetensors(file);
  }, 4000],
  "safetensors, a long name": [(n) => {
    const file = safetensorsFile(`{"${"\\n".repeat(n)}":{"dtype":"F33","shape":[0],"data_offsets":[0,0]}}`, zeros(0));
    return () => readSafetensors(file);
  }, 200_000],
  ".npy in Fortran's order": [(n) => {
    const file = npyFile(npyText("<f4", [n, ...Array<number>(60).fill(1)], true), zeros(4 * n));
    return () => readNpy(file);
  }, 100_000],
  ".npz, many files": [(n) => {
    const bytes = npyFile(npyText("|u1", [0]), zeros(0));
    const file = zipFile(Array.from({ length: n }, (_, i) => ({ name: `${i}.npy`, bytes })));
    return () => readNpz(file);
  }, 400],
  "IDX, big-endian": [(n) => {
    const file = idxFile(0x0d, [n], zeros(4 * n));
    return () => readIdx(file);
  }, 200_000],
  "gzip": [(n) => {
    const file = gzipSync(idxFile(0x08, [n], zeros(n)));
    return () => readIdx(file);
  }, 2_000_000],
  "CSV, a number of many digits": [(n) => {
    const file = Buffer.from(`1,${"1".repeat(n)}x\n`);
    return () => readCsv(file);
  }, 200_000],
  "CSV, quoted cells": [(n) => {
    const file = Buffer.from(`${'"1","2"\n'.repeat(n)}`);
    return () => readCsv(file);
  }, 10_000],
  "networkFromJson, levels": [(n) => () => networkFromJson(described(nested(n))), 10],
  "networkFromJson, levels of graphs": [(n) => () => networkFromJson(described(graphs(n))), 10],
  "networkFromJson, layers": [(n) => {
    const description = described({ type: "Sequential", layers: Array<Json>(n).fill(affine) });
    return () => networkFromJson(description);
  }, 500],
  "networkFromJson, a graph from its end": [(n) => () => networkFromJson(graph(chain(n).reverse(), n)), 1000],
  "networkFromJson, a cycle": [(n) => {
    const first = { name: "n0", from: [`n${n - 1}`], layer: relu };
    return () => networkFromJson(graph([first, ...chain(n).slice(1)], n));
  }, 1000],
  "networkFromJson, an unknown name": [(n) => () => networkFromJson(graph(chain(n).slice(1), n)), 1000],
  "modelFromBytes": [(n) => {
    const file = modelToBytes(layers(n));
    return () => modelFromBytes(file);
  }, 600],
  "readCheckpoint": [(n) => {
    const file = checkpointToBytes(run(n));
    return () => readCheckpoint(file).resume(run(1), {});
  }, 100],
  "registered, a long name": [(n) => () => registered("x".repeat(n)), 200_000],
  "tensor": [(n) => {
    const rows = Array.from({ length: n }, () => [1, 2, 3]);
    return () => tensor(rows);
  }, 20_000],
  "a graph's own names": [(n) => () => {
    const made = new Graph().input("x", [4]);
    for (let i = 0; i < n; i++) made.add(`${i}`, new ReLU(), i === 0 ? "x" : `${i - 1}`);
    return made.output(`${n - 1}`).plan();
  }, 500],
};

/** Loads whose memory is measured: each gives the bytes of the numbers it returns. */
const LOADS: Readonly<Record<string, (path: string) => number | Promise<number>>> = {
  "gzip": async (path) => (await loadNumbers(path)).data.byteLength,
  "CSV of one cell": refusedTable,
  "CSV of one row": refusedTable,
  "model in float64": (path) => {
    const { parameters } = loadModel(path);
    return parameters.reduce((sum, { value }) => sum + value.data.byteLength, 0);
  },
  "checkpoint": (path) => {
    const trainer = large();
    trainer.resume(loadCheckpoint(path));
    return trainer.network.parameters.reduce((sum, { value }) => sum + 3 * value.data.byteLength, 0);
  },
  "description": () => {
    const wide = { type: "BatchNorm", arguments: [16_777_216, {}] };
    const large = { type: "Affine", arguments: [16_000, 16_000, {}] };
    refused(() => networkFromJson(described({ type: "Sequential", layers: Array<Json>(20).fill(wide) })));
    networkFromJson({ ...described({ type: "Sequential", layers: [large] }), dtype: "float64" });
    return 0;
  },
};

/** A packed table that is refused returns nothing. */
async function refusedTable(path: string): Promise<number> {
  const refusal = await readCsv(readFileSync(path)).catch((error: unknown) => error);
  if (!(refusal instanceof ChainruleError)) throw new Error("not refused", { cause: refusal });
  return 0;
}

function refused(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error;
  }
}

async function growth(): Promise<object> {
  const found: Record<string, Growth> = {};
  for (const [name, [prepare, size]] of Object.entries(READERS)) found[name] = await growthOf(prepare, size);
  return found;
}

const FILES: Readonly<Record<string, () => Uint8Array>> = {
  "gzip": () => gzipSync(idxFile(0x08, [60_000_000], zeros(60_000_000))),
  "CSV of one cell": () => gzipSync(Buffer.alloc(100_000_000, "a").fill('"', 0, 1)),
  "CSV of one row": () => gzipSync(Buffer.alloc(100_000_000, "1,")),
  "checkpoint": () => checkpointOf(large()),
  "model in float64": () => modelToBytes(new Sequential([new Affine(2000, 2000)]).to("float64")),
};

function checkpointOf(trainer: Trainer): Uint8Array {
  trainer.step(tensor([Array<number>(2000).fill(1)]), tensor([Array<number>(3000).fill(1)]));
  return checkpointToBytes(trainer);
}

/** Files as large as the loads return, made by a process of its own. */
function make(name: string, path: string): object {
  writeFileSync(path, FILES[name]());
  return {};
}

async function peak(name: string, path: string): Promise<object> {
  const before = process.resourceUsage().maxRSS, returned = await LOADS[name](path);
  return { returned, taken: 1024 * (process.resourceUsage().maxRSS - before) };
}

const [, , what, name, path] = process.argv;
const found = what === "growth" ? await growth() : what === "make" ? make(name, path) : await peak(name, path);
console.log(JSON.stringify(found));
