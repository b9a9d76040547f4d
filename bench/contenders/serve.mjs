/** What the contenders in JavaScript share: orders come in as lines of JSON, answers go out as such. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** The digits: x as rows of 784 numbers, labels as bytes. The folder is the first argument. */
export function digits() {
  const folder = process.argv[2], bytes = readFileSync(`${folder}/x.bin`);
  const x = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { x, labels: new Uint8Array(readFileSync(`${folder}/labels.bin`)) };
}

/** Numbers spread over [-1, 1), the same ones each time. */
export function noise(length, seed = 1) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2147483648;
  });
}

/** jobs: from a workload's name to what makes one step of it, which may be asynchronous. */
export async function serve(jobs, note) {
  const ready = new Map();
  for await (const line of createInterface({ input: process.stdin })) {
    const { workload, milliseconds } = JSON.parse(line);
    const times = [];
    try {
      if (jobs[workload] !== undefined) {
        if (!ready.has(workload)) {
          const step = await jobs[workload]();
          // Engines optimise what has run for a while.
          const until = performance.now() + milliseconds;
          do await step(); while (performance.now() < until);
          ready.set(workload, step);
        }
        const step = ready.get(workload), until = performance.now() + milliseconds;
        do {
          const from = performance.now();
          const pending = step();
          if (pending instanceof Promise) await pending;
          times.push(performance.now() - from);
        } while (performance.now() < until);
      }
      console.log(JSON.stringify({ times, note: workload === "none" ? undefined : note?.() }));
    } catch (error) {
      console.log(JSON.stringify({ times: [], note: String(error) }));
    }
  }
}
