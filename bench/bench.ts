/**
 * npm run bench [-- --peers] [--only teach,dropout] [--rounds 5] [--ms 1000]: how fast, beside whom. All contenders
 * take turns within each workload, so that what disturbs the machine disturbs all of them alike.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { ChainruleError, loadMnist } from "../src/node.ts";
import { DATA } from "./data.ts";
import { growthOf } from "./growth.ts";
import { allContenders, type Contender } from "./contenders.ts";
import { readOptions, type Options } from "./options.ts";
import { firstPredictions, installSize } from "./start.ts";
import { readLargeTable } from "./tables.ts";
import { DATA_GROWTH, DIGITS, START, TABLE, WORKLOADS, type Workload } from "./workloads.ts";

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

async function measure(
  workload: Workload, contenders: readonly Contender[], { rounds, milliseconds }: Options,
): Promise<Result[]> {
  const times = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const answer = await contender.ask({ workload, milliseconds });
      times.get(contender)?.push(...answer.times);
    }
  }
  return [...times].filter(([, taken]) => taken.length > 0).map(([{ name }, taken]) => {
    const sorted = taken.sort((a, b) => a - b);
    const [low, median, high] = [0.1, 0.5, 0.9].map((share) => quantile(sorted, share));
    return { workload, contender: name, median, low, high };
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

/** All workloads that are asked for. */
async function measureAll(options: Options): Promise<Result[]> {
  const wanted = WORKLOADS.filter((name) => options.only.includes(name)), results: Result[] = [];
  if (wanted.length === 0) return results;
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
    for (const workload of wanted) {
      const these = await measure(workload, contenders, options);
      show(these);
      results.push(...these);
    }
    return results;
  } finally {
    for (const contender of contenders) contender.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureStart() {
  const start = firstPredictions(), install = installSize();
  for (const { entry, milliseconds } of start) {
    console.log(`\nstart: ${milliseconds.toFixed(1)} ms from nothing to the first prediction with "${entry}", Node itself left out`);
  }
  console.log(`install: ${install.packages} packages, ${install.megabytes.toFixed(2)} MB`);
  return { start, install };
}

async function measureData(): Promise<object> {
  const rows = 8000, growth: Record<string, object> = {};
  console.log("\ndata: CPU time of functions on data, and what ten times the size takes");
  for (const [name, prepare] of Object.entries(DATA)) {
    const { small, large } = await growthOf(prepare, rows, 10);
    const times = `${small.toFixed(2)} ms at ${rows}, ${large.toFixed(2)} ms at ${10 * rows}`;
    console.log(`  ${name.padEnd(40)}${times.padEnd(44)}${(large / small).toFixed(1)} times`);
    growth[name] = { rows, small, large };
  }
  return { growth };
}

function measureTable() {
  const table = readLargeTable(), { milliseconds, python, megabytes: { text, tensors, peak } } = table;
  const beside = python === undefined ? "" : `; Python's csv and float() ${(python / milliseconds).toFixed(2)} × as long`;
  console.log(`\ntable: ${milliseconds.toFixed(0)} ms to read 1,000,000 rows of 20 numbers by a schema${beside}`);
  console.log(`  at most ${peak.toFixed(0)} MB, ${(peak / (text + tensors)).toFixed(2)} × text and tensors`);
  return { table };
}

async function run(options: Options): Promise<void> {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, platform: platform(), arch: arch(), node: process.version };
  console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.platform} ${machine.arch}, Node ${machine.node}`);
  const results = await measureAll(options), beginning = options.only.includes(START) ? measureStart() : {};
  const data = options.only.includes(DATA_GROWTH) ? await measureData() : {};
  const table = options.only.includes(TABLE) ? measureTable() : {};
  if (!options.all) return;
  const date = new Date().toISOString().slice(0, 10);
  const text = JSON.stringify({ date, machine, results, ...beginning, ...data, ...table }, null, 2);
  writeFileSync(new URL("results.json", import.meta.url), `${text}\n`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) await run(options);
} catch (error) {
  if (!(error instanceof ChainruleError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
