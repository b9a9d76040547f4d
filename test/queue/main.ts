/**
 * npm run test:queue -- [SEEDS] [SEED]: four tiny trainings a seed on 4 workers, which are killed at random and paused,
 * with a restart of Redis in the middle; then compares all files with those of a run without a queue.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../examples/run-script.ts";
import { Folder, TestWorker } from "./cluster.ts";
import { RedisServer } from "./redis.ts";

const [seeds = 250, seed = 1] = process.argv.slice(2).map(Number);
if (![seeds, seed].every((value) => Number.isSafeInteger(value) && value > 0)) {
  console.error("npm run test:queue -- [SEEDS] [SEED]: positive integers.");
  process.exit(2);
}

let state = seed;
/** The next of a sequence of integers from 0 up to below `count`. */
function random(count: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * count);
}

const temporary = temporaryFolder(), folder = new Folder(temporary.path), tasks = 4 * seeds;
const sweep = ["--keep", "0.3,0.6,0.9", "--seeds", String(seeds), "--quiet"];
const server = await RedisServer.start(temporary.path("."));
const workers = Array.from({ length: 4 }, () => new TestWorker(folder, server.url)), all = [...workers];
const timesIn = (name: string) => {
  try {
    return readdirSync(temporary.path(`${name}/tasks`)).filter((file) => file.endsWith("times.json"));
  } catch {
    return [];
  }
};
try {
  let started = performance.now();
  const { code: local } = await folder.run("local", [...sweep, "--workers", "1"]);
  const localSeconds = (performance.now() - started) / 1000;
  console.log(`Without a queue, in one thread: ${localSeconds.toFixed(1)} s, exit code ${local}.`);

  started = performance.now();
  let hasEnded = false, kills = 0;
  const running = folder.run("queued", [...sweep, "--queue", server.url]).finally(() => { hasEnded = true; });
  const until = async (count: number) => { while (!hasEnded && timesIn("queued").length < count) await sleep(50); };
  const paused = workers[3];
  for (let step = 1; step < 20; step++) {
    await until((step * tasks) / 20);
    if (step === 5) paused.kill("SIGSTOP");
    if (step === 15) paused.kill("SIGCONT");
    if (step === 10) {
      await server.stop("SIGKILL");
      await sleep(1000);
      await server.run();
    } else {
      const i = random(3);
      workers[i].kill("SIGKILL");
      kills++;
      workers[i] = new TestWorker(folder, server.url);
      all.push(workers[i]);
    }
  }
  const { code } = await running, seconds = (performance.now() - started) / 1000, kept = timesIn("queued");
  const [a, b] = [folder.results("local"), folder.results("queued")];
  const different = Object.keys({ ...a, ...b }).filter((name) => a[name] !== b[name]);
  const inThreads = kept.reduce((sum, name) => (
    sum + (JSON.parse(readFileSync(temporary.path(`queued/tasks/${name}`), "utf8")) as { seconds: number }).seconds), 0);
  console.log(`On a queue: ${seconds.toFixed(1)} s (${inThreads.toFixed(1)} s of it in trainings, on 4 workers), exit code ${
    code}; ${kills} workers killed, 1 paused beyond its lease, Redis killed and started again.`);
  console.log(`${kept.length} of ${tasks} trainings counted, each once; begun ${all.reduce((sum, { out }) => (
    sum + out.split(/: begins|: continues/).length - 1), 0)} times. Files that differ from those without a queue: ${
    different.length} of ${Object.keys(a).length}.`);
  process.exitCode = code === 0 && kept.length === tasks && different.length === 0 ? 0 : 1;
} finally {
  for (const worker of all) worker.kill("SIGCONT");
  for (const worker of all) worker.kill("SIGKILL");
  await server.stop();
  temporary.remove();
}
