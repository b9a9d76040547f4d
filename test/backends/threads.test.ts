/** Threads: the same bits as one, and no harm done by workers that never come up, stall or die. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { resident } from "../../src/backends/resident.ts";
import type { MatmulShape } from "../../src/backends/backend.ts";
import * as simd from "../../src/backends/dispatch.ts";
import { setThreads } from "../../src/backends/wasm/threads.node.ts";
import { threadPool } from "../../src/backends/wasm/thread-pool.ts";
import { CHUNK_LIMIT, CONTROL, shareAmong, type Spawn } from "../../src/backends/wasm/threads.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { SOURCES } from "../sources/process.ts";

function numbers(length: number, seed: number, share = 1): Float32Array {
  let state = seed | 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const unit = (state >>> 0) / 4294967296;
    return unit < share ? unit - share / 2 : 0;
  });
}

/** Jest compares arrays number by number, which takes longer than the products. */
const hashOf = (numbers: NodeJS.TypedArray) => createHash("sha256").update(numbers).digest("hex");

const SHAPES: readonly (readonly [number, number, number])[] = [[128, 300, 512], [211, 107, 209], [64, 4099, 33]];

function product([m, k, n]: readonly [number, number, number], share: number, b: Float32Array, add: boolean): Float32Array {
  const out = add ? numbers(m * n, 5) : new Float32Array(m * n);
  const shape: MatmulShape = { m, k, n, transposeA: add, transposeB: false };
  simd.matmul(out, numbers(m * k, 7, share), b, shape, add);
  return out;
}

afterEach(() => setThreads(1));

test("fault 58: products have the same bits with 1, 2 and 3 threads", () => {
  const rights = SHAPES.map(([, k, n]) => new Tensor(numbers(k * n, 3), [k, n]));
  const all = () => SHAPES.flatMap((shape, i) => [0.2, 1].flatMap((share) => [false, true].map((add) => {
    const b = resident(rights[i]).data;
    return b instanceof Float32Array ? product(shape, share, b, add) : b;
  })));
  const wanted = all().map(hashOf);
  for (const threads of [2, 3, 1]) {
    setThreads(threads);
    expect(all().map(hashOf)).toEqual(wanted);
  }
});

describe("fault 57: a worker that", () => {
  /** What a worker does that claims a chunk, and then what `after` says. */
  const claimsAndThen = (after: string) => `
    const { workerData } = require("node:worker_threads");
    const at = new Int32Array(workerData.control);
    for (;;) {
      const claim = Atomics.load(at, ${CONTROL.claim}), chunk = claim % ${CHUNK_LIMIT};
      if (claim === 0 || chunk >= at[${CONTROL.chunks}]) continue;
      if (Atomics.compareExchange(at, ${CONTROL.claim}, claim, claim + 1) === claim) { ${after} }
    }`;
  const recruits = (source: string): Spawn => (_, { control }, lost) => {
    const worker = new Worker(source, { eval: true, workerData: { control } });
    worker.unref();
    worker.on("exit", lost);
    return { post: () => undefined, terminate: () => void worker.terminate() };
  };
  const shape = [256, 1024, 1024] as const, b = numbers(1024 * 1024, 3);

  const survives = async (recruit: Spawn, expectLoss: boolean) => {
    const wanted = product(shape, 1, b, true);
    const warnings: string[] = [];
    shareAmong(2, recruit, (message) => warnings.push(message));
    let out = product(shape, 1, b, true);
    // The worker starts at its leisure, and may find all chunks claimed.
    while (expectLoss && warnings.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      out = product(shape, 1, b, true);
    }
    expect(Buffer.compare(Buffer.from(out.buffer), Buffer.from(wanted.buffer))).toBe(0);
    expect(warnings.length).toBe(expectLoss ? 1 : 0);
    expect(threadPool()?.threads ?? 1).toBe(expectLoss ? 1 : 2);
  };

  test("never starts leaves the work to the caller", async () => {
    await survives(() => ({ post: () => undefined, terminate: () => undefined }), false);
  });

  test("stalls with a chunk is given up, and the answer is right", async () => {
    await survives(recruits(claimsAndThen("Atomics.wait(at, 63, 0)")), true);
  });

  test("dies with a chunk is given up, and the answer is right", async () => {
    await survives(recruits(claimsAndThen("process.exit(1)")), true);
  });
});

test("fault 57: where no worker may be started, one thread does all the work, and one sentence says why", () => {
  const warnings: string[] = [];
  const refused = () => { throw new Error("Access to this API has been restricted"); };
  shareAmong(3, refused, (message) => warnings.push(message));
  expect(threadPool()?.threads ?? 1).toBe(1);
  expect(warnings).toEqual([
    "No thread can be started, so one does all the work: Error: Access to this API has been restricted",
  ]);
});

test("threads do not keep the process alive", () => {
  const script = `
    import { setThreads } from ${JSON.stringify(new URL("../../src/backends/wasm/threads.node.ts", import.meta.url).href)};
    setThreads(3);`;
  expect(spawnSync(process.execPath, ["--import", SOURCES, "--input-type=module", "-e", script]).status).toBe(0);
});
