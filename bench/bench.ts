/**
 * npm run bench [-- --peers] [--only teach,dropout] [--rounds 5] [--ms 1000]: how fast, beside whom. All contenders
 * take turns within each workload, so that what disturbs the machine disturbs all of them alike.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadMnist } from "../src/node.ts";
import { allContenders, type Contender } from "./contenders.ts";
import { firstPrediction, installSize } from "./start.ts";
import { DIGITS, WORKLOADS, type Workload } from "./workloads.ts";

const { values: options } = parseArgs({
  options: {
    peers: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    ms: { type: "string", default: "1000" },
  },
});

interface Result {
  workload: string;
  contender: string;
  /** Milliseconds of one step: the median over all rounds, and the tenth and ninetieth hundredth. */
  median: number;
  low: number;
  high: number;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

async function measure(workload: Workload, contenders: readonly Contender[]): Promise<Result[]> {
  const times = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const contender of contenders) {
      const answer = await contender.ask({ workload, milliseconds: Number(options.ms) });
      times.get(contender)?.push(...answer.times);
    }
  }
  return [...times].filter(([, taken]) => taken.length > 0).map(([{ name }, taken]) => {
    const sorted = taken.sort((a, b) => a - b);
    return { workload, contender: name, median: quantile(sorted, 0.5), low: quantile(sorted, 0.1), high: quantile(sorted, 0.9) };
  });
}

/** One line a contender: its time, its spread, and how its speed compares with the first of ours. */
function show(results: readonly Result[]): void {
  const ours = results[0]?.median ?? NaN;
  console.log(`\n${results[0]?.workload ?? ""}`);
  for (const { contender, median, low, high } of results) {
    const spread = `${low.toFixed(3)} to ${high.toFixed(3)}`;
    console.log(`  ${contender.padEnd(34)}${median.toFixed(3).padStart(11)} ms   ${spread.padEnd(24)}`
      + `our one thread is ${(median / ours).toFixed(2)} × as fast`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "bench-"));
let contenders: readonly Contender[] = [];
try {
  const { train } = await loadMnist({ train: DIGITS, test: 1, seed: 1 });
  writeFileSync(join(folder, "x.bin"), new Uint8Array(train.x.data.slice().buffer));
  if (!Array.isArray(train.labels)) throw new TypeError("digits have classes");
  writeFileSync(join(folder, "labels.bin"), Uint8Array.from(train.labels as number[]));
  contenders = allContenders(folder, options.peers);
  // Nobody is measured while others are still starting.
  for (const contender of contenders) await contender.ask({ workload: "none", milliseconds: 0 });
  const wanted = options.only?.split(",");
  const machine = { cpu: cpus()[0].model, cores: cpus().length, platform: platform(), arch: arch(), node: process.version };
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.platform} ${machine.arch}, Node ${machine.node}`);
  const results: Result[] = [];
  for (const workload of WORKLOADS.filter((name) => wanted === undefined || wanted.includes(name))) {
    const these = await measure(workload, contenders);
    show(these);
    results.push(...these);
  }
  const start = firstPrediction(), install = installSize();
  console.log(`\nstart: ${start.toFixed(1)} ms from nothing to the first prediction (node itself left out)`);
  console.log(`install: ${install.packages} packages, ${install.megabytes.toFixed(2)} MB`);
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(new URL("results.json", import.meta.url), `${JSON.stringify({ date, machine, results, start, install }, null, 2)}\n`);
} finally {
  for (const contender of contenders) contender.end();
  rmSync(folder, { recursive: true, force: true });
}
