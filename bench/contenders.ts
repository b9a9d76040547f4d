/** Who takes part. Each is a process of its own that gets requests and sends answers, a line of JSON each. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answer, Order } from "./workloads.ts";

export interface Contender {
  readonly name: string;
  ask(order: Order): Promise<Answer>;
  end(): void;
}

const place = (name: string) => fileURLToPath(new URL(`contenders/${name}`, import.meta.url));

/** Debian's own interpreter, where python3-torch lives. */
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

/** Held to AVX2, as most machines have it; and left to choose. */
const HELD = { OPENBLAS_CORETYPE: "Haswell" };

function contender(name: string, command: string, args: readonly string[], env: Record<string, string> = {}): Contender {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // One that cannot start answers nothing from then on.
  child.stdin.on("error", () => undefined);
  let noted = false;
  return {
    name,
    ask: async (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) return { times: [] };
        if (!value.startsWith("{\"times\"")) continue;
        const answer = JSON.parse(value) as Answer;
        if (answer.note !== undefined && !noted) console.log(`${name}: ${answer.note}`);
        noted ||= answer.note !== undefined;
        return answer;
      }
    },
    end: () => child.stdin.end(),
  };
}

function ours(name: string, folder: string, ...how: string[]): Contender {
  // Turbo needs Node 24 or later; where this is older, BENCH_NODE may name one.
  const node = how.includes("turbo") ? process.env["BENCH_NODE"] ?? process.execPath : process.execPath;
  return contender(name, node, ["--import", "tsx", place("chainrule.ts"), folder, ...how]);
}

function pytorch(name: string, folder: string, threads: number, env: Record<string, string>): Contender {
  const count = String(threads);
  return contender(name, PYTHON, [place("pytorch.py"), folder, count], { ...env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count });
}

/** Ours; and with peers, everybody who is there. */
export function allContenders(folder: string, peers: boolean): readonly Contender[] {
  const all = [
    ours("chainrule", folder, "1"), ours("chainrule, 2 threads", folder, "2"),
    ours("chainrule, turbo", folder, "1", "turbo"), ours("chainrule, turbo, 2 threads", folder, "2", "turbo"),
  ];
  if (!peers) return all;
  if (spawnSync(PYTHON, ["-c", "import numpy, torch"]).status === 0) {
    all.push(pytorch("PyTorch (AVX2), 1 thread", folder, 1, HELD), pytorch("PyTorch (AVX2), 2 threads", folder, 2, HELD));
    all.push(pytorch("PyTorch, 1 thread", folder, 1, {}), pytorch("PyTorch, 2 threads", folder, 2, {}));
  } else console.log("PyTorch: not here (apt-get install python3-torch python3-numpy)");
  if (existsSync(new URL("node_modules", import.meta.url))) {
    for (const [name, file, ...more] of [
      ["jax-js, wasm", "jax.mjs"], ["TensorFlow.js, wasm", "tensorflow.mjs", "wasm"],
      ["TensorFlow.js, cpu", "tensorflow.mjs", "cpu"], ["ConvNetJS", "convnet.mjs"], ["brain.js", "brain.mjs"],
    ]) all.push(contender(name, process.execPath, [place(file), folder, ...more]));
  } else console.log("The JavaScript peers: not here (npm ci in bench/)");
  return all;
}
