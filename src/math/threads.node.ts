/** Worker threads in Node. Their code is a string: it runs the same from the sources and from dist. */
import { Worker } from "node:worker_threads";
import {
  CHUNK_LIMIT, CONTROL, provideWorkers, SHARED_KERNELS, shareAmong, type Mail, type Orders, type Workers,
} from "./threads.ts";

/** Worth waiting so long for the next job, in milliseconds: waking up costs 50 µs, looking costs nothing. */
const SPIN_MS = 1;

const SOURCE = `
const { parentPort, receiveMessageOnPort, workerData } = require("node:worker_threads");
const { control, module, me, CONTROL, CHUNK_LIMIT, KERNELS, SPIN_MS } = workerData;
const at = new Int32Array(control), kernels = new Map();
let seen = 0, received = 0;

function readMail() {
  while (received < Atomics.load(at, CONTROL.mail)) {
    const mail = receiveMessageOnPort(parentPort);
    if (mail === undefined) continue;
    received++;
    const { slot, memory } = mail.message;
    if (memory === undefined) kernels.delete(slot);
    else {
      // The ballast makes the engine look for forgotten memories: it does not count shared ones.
      const { exports } = new WebAssembly.Instance(module, { env: { memory } });
      const initial = memory.buffer.byteLength / 65536;
      kernels.set(slot, { exports, ballast: new WebAssembly.Memory({ initial, maximum: initial }) });
    }
  }
}

function nextJob() {
  let until = performance.now() + SPIN_MS;
  for (;;) {
    for (let i = 0; i < 200; i++) {
      const ticket = Atomics.load(at, CONTROL.ticket);
      if (ticket !== seen) return ticket;
    }
    if (performance.now() < until) continue;
    Atomics.wait(at, CONTROL.ticket, seen);
    until = performance.now() + SPIN_MS;
  }
}

for (;;) {
  seen = nextJob();
  readMail();
  const [kernel, slot, chunks, items, workspaceAt, workBytes, length] = at.subarray(CONTROL.kernel, CONTROL.kernel + 7);
  const given = Array.from(at.subarray(CONTROL.arguments, CONTROL.arguments + length));
  const total = given[length - 1];
  given[workspaceAt] += me * workBytes;
  for (;;) {
    const claim = Atomics.load(at, CONTROL.claim), chunk = claim % CHUNK_LIMIT;
    if ((claim - chunk) / CHUNK_LIMIT !== seen || chunk >= chunks) break;
    if (Atomics.compareExchange(at, CONTROL.claim, claim, claim + 1) !== claim) continue;
    given[length - 2] = chunk * items;
    given[length - 1] = Math.min((chunk + 1) * items, total);
    kernels.get(slot).exports[KERNELS[kernel]](...given);
    Atomics.add(at, CONTROL.done, 1);
  }
}
`;

/** Starts workers that wait for jobs and do not keep the process alive. */
function recruit(count: number, orders: Orders, lost: () => void): Workers {
  const workers = Array.from({ length: count }, (_, i) => {
    const worker = new Worker(SOURCE, {
      eval: true, execArgv: [], name: `chainrule ${i + 1}`,
      workerData: { ...orders, me: i + 1, CONTROL, CHUNK_LIMIT, KERNELS: SHARED_KERNELS, SPIN_MS },
    });
    worker.unref();
    worker.on("error", lost);
    worker.on("exit", lost);
    return worker;
  });
  return {
    post: (mail: Mail) => {
      for (const worker of workers) worker.postMessage(mail);
    },
    dismiss: () => {
      for (const worker of workers) {
        worker.off("exit", lost);
        void worker.terminate();
      }
    },
  };
}

/**
 * How many threads large products are shared by, the calling one among them; 1 until it is set. All bits stay the
 * same. The threads sleep when there is nothing to do and do not keep the process alive. Networks made afterwards
 * gain the most: their weights live in memory that all threads see.
 * @throws OptionError for anything but a whole number from 1 to 64.
 */
export function setThreads(threads: number): void {
  provideWorkers(recruit, (message) => process.emitWarning(message, "ChainruleWarning"));
  shareAmong(threads);
}
