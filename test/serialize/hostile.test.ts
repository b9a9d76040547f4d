import fc from "fast-check";
import { describe, expect, test } from "@jest/globals";
import {
  Add, Affine, BatchNorm, ChainruleError, checkpointToBytes, Dropout, Graph, MaxNorm, modelFromBytes, modelToBytes, networkFromJson,
  networkToJson, readCheckpoint, ReLU, Sequential, type Json,
} from "chainrule";
import { encodeWithChecksums, decodeWithChecksums } from "../../src/formats/checksummed.ts";
import { CALLBACKS, digestOf, OPTIMIZERS, script } from "../train/runs.ts";
import { data } from "../train/network.ts";

const network = () => new Graph({ seed: 2 })
  .input("x", [3])
  .add("a", new Sequential([new Affine(3, 3, { constraint: new MaxNorm(3) }), new BatchNorm(3)], { seed: 4 }), "x")
  .add("b", new Dropout({ keep: 0.7 }), "x").add("c", new Add(), "a", "b").add("d", new ReLU(), "c").output("d");

/** What a hostile, or broken, program writes in place of something. */
const ANYTHING: readonly Json[] = [
  null, true, -1, 0, 1.5, 3, 1e9, 1e308, "", "x", "__proto__", "Affine", "NaN", [], {}, [1], [null], { $: "shared", value: 0 },
  { $: "parameter", value: { name: "w", shape: [1e5, 1e5], decay: true } }, { $: "tensor", value: { dtype: "float32", shape: [9], data: [] } },
  { $: "layer", value: { type: "Sequential", layers: [] } }, { $: "constraint", value: { type: "MaxNorm", arguments: ["3"] } },
];

/** One value, wherever it stands, replaced by another, or taken out. */
function mutated(from: Json, place: number, by: Json | undefined): Json {
  let count = -1;
  const visit = (value: Json): Json | undefined => {
    count++;
    if (count === place) return by;
    if (Array.isArray(value)) return (value as readonly Json[]).flatMap((one) => visit(one) ?? []);
    if (typeof value !== "object" || value === null) return value;
    const parts = Object.entries(value).map(([name, one]) => [name, visit(one)] as const);
    return Object.fromEntries(parts.filter(([, one]) => one !== undefined)) as Json;
  };
  return visit(from) ?? null;
}

const mutation = fc.tuple(fc.nat(120), fc.option(fc.constantFrom(...ANYTHING), { nil: undefined }));
const RUNS = { seed: 47, numRuns: 400 };

/** The framework's own error, or none; anything else fails the test. */
function isRefused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof ChainruleError) return true;
    throw error;
  }
}

describe("fault 47, 48: whatever stands somewhere in", () => {
  test("a description is taken, or refused with an error of our own, and no prototype changes", () => {
    const description = networkToJson(network()), before = Object.getOwnPropertyNames(Object.prototype).length;
    let refused = 0;
    fc.assert(fc.property(mutation, ([place, by]) => {
      if (isRefused(() => networkFromJson(mutated(description, place, by)))) refused++;
    }), RUNS);
    expect(refused).toBeGreaterThan(RUNS.numRuns / 3);
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
  });

  test.each(["network", "state"])("the %s of a model file", (entry) => {
    const { tensors, metadata } = decodeWithChecksums(modelToBytes(network()), "test");
    const plain = JSON.parse(metadata.get(entry) ?? "") as Json;
    fc.assert(fc.property(mutation, ([place, by]) => {
      const changed = new Map(metadata).set(entry, JSON.stringify(mutated(plain, place, by)));
      isRefused(() => modelFromBytes(encodeWithChecksums(tensors, changed)));
    }), RUNS);
  });

  test("a checkpoint, and the trainer is then as it was", async () => {
    const start = script(OPTIMIZERS.Adam, CALLBACKS["early stopping"]), trainer = start();
    let bytes = new Uint8Array() as Uint8Array;
    await start({}, { onStepEnd: (one) => { bytes = checkpointToBytes(one); } }).fit(data(), { epochs: 2, batchSize: 4, validation: data() });
    const { tensors, metadata } = decodeWithChecksums(bytes, "test"), plain = JSON.parse(metadata.get("trainer") ?? "") as Json;
    const before = digestOf(trainer);
    fc.assert(fc.property(mutation, ([place, by]) => {
      const changed = new Map(metadata).set("trainer", JSON.stringify(mutated(plain, place, by))), one = start();
      const checkpoint = () => readCheckpoint(encodeWithChecksums(tensors, changed));
      if (isRefused(checkpoint)) return;
      if (isRefused(() => one.resume(checkpoint()))) expect(digestOf(one)).toBe(before);
    }), { ...RUNS, numRuns: 300 });
  });
});

test.each([undefined, null, 3, "x", [], {}, new Uint8Array(3)])("%p is refused by every function that reads", (given) => {
  for (const read of [networkFromJson, modelFromBytes, readCheckpoint, networkToJson, modelToBytes, checkpointToBytes]) {
    expect([read.name, isRefused(() => read(given as never))]).toEqual([read.name, true]);
  }
});
