/** Worker threads in Node. Their code is a string: it runs the same from the sources and from dist. */
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import {
  CHUNK_LIMIT, CONTROL, SHARED_KERNELS, shareAmong, type MemoryUpdate, type WorkerInit, type Workers,
} from "./threads.ts";

/** Worth waiting so long for the next job, in milliseconds: waking up costs 50 µs, looking costs nothing. */
const SPIN_MS = 1;

const SOURCE = `
const { receiveMessageOnPort, workerData } = require("node:worker_threads");
const { control, code, port, me, CONTROL, CHUNK_LIMIT, KERNELS, SPIN_MS } = workerData;
const at = new Int32Array(control), kernels = new Map();
let seen = 0, received = 0;

function readMail() {
  while (received < Atomics.load(at, CONTROL.mail)) {
    const mail = receiveMessageOnPort(port);
    if (mail === undefined) continue;
    received++;
    const { slot, memory } = mail.message;
    if (memory === undefined) kernels.delete(slot);
    else {
      // The ballast makes the engine look for forgotten memories: it does not count shared ones.
      const { exports } = new WebAssembly.Instance(code, { env: { memory } });
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
function spawn(count: number, orders: WorkerInit, lost: () => void): Workers {
  const started: Worker[] = [], ports: MessagePort[] = [];
  const dismiss = () => {
    for (const worker of started) {
      worker.off("exit", lost);
      void worker.terminate();
    }
  };
  const start = (i: number) => {
    // A channel of its own: Deno does not read a worker's parentPort on demand.
    const { port1, port2 } = new MessageChannel();
    const worker = new Worker(SOURCE, {
      eval: true, execArgv: [], name: `chainrule ${i + 1}`, transferList: [port2],
      workerData: { ...orders, port: port2, me: i + 1, CONTROL, CHUNK_LIMIT, KERNELS: SHARED_KERNELS, SPIN_MS },
    });
    worker.unref();
    worker.on("error", lost);
    worker.on("exit", lost);
    started.push(worker);
    ports.push(port1);
  };
  try {
    for (let i = 0; i < count; i++) start(i);
  } catch (error) {
    dismiss();
    throw error;
  }
  return {
    post: (mail: MemoryUpdate) => {
      for (const port of ports) port.postMessage(mail);
    },
    terminate: dismiss,
  };
}

/**
 * Sets how many threads, including the calling one, share large products; the default is 1. The bits stay the same.
 * Idle threads sleep, and do not keep the process alive. Networks made afterwards gain the most: their weights lie in
 * memory that all threads share.
 * If the engine rejects threads, one thread does all the work, and a warning says why.
 * @throws OptionError for anything but an integer from 1 to 64.
 */
export function setThreads(threads: number): void {
  shareAmong(threads, spawn, (message) => process.emitWarning(message, "ChainruleWarning"));
}
