import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { QueueAddress } from "../../src/cli/queue/address.node.ts";
import { connect, resultsOf } from "../../src/cli/queue/redis.node.ts";
import { runScript, temporaryFolder } from "../examples/run-script.ts";
import { MOONS } from "../experiment/moons.ts";
import { Folder, TestWorker } from "./cluster.ts";
import { hasRedis, RedisServer } from "./redis.ts";

const temporary = temporaryFolder();
if (!hasRedis) console.warn("redis-server is not installed: the tests of queues are skipped.");

(hasRedis ? describe : describe.skip)("an experiment on a queue", () => {
  const folder = new Folder(temporary.path), workers: TestWorker[] = [];
  let server: RedisServer, tries = 0, stop = () => {};
  const start = (...args: readonly string[]) => {
    const worker = new TestWorker(folder, server.url, args);
    workers.push(worker);
    return worker;
  };
  const queue = (...args: readonly string[]) => runScript(["queue", "--queue", server.url, ...args]);

  beforeAll(async () => { server = await RedisServer.start(temporary.path(".")); });
  afterEach(async () => {
    for (const { child } of workers) child?.kill("SIGCONT");
    for (const worker of workers.splice(0)) worker.kill("SIGKILL");
    // A worker that dies may still be writing.
    for (let i = 0; (await queue("--clear", "moons", "--yes")).code === 1 && i < 20; i++) await sleep(500);
  });
  afterAll(async () => {
    await server.stop();
    temporary.remove();
  });

  test("has the local run's bytes, though workers are killed and paused and Redis restarts", async () => {
    const sweep = ["--keep", "0.3,0.6,0.9", "--seeds", "15"];
    expect((await folder.run("local", sweep)).code).toBe(0);
    start(); start(); start();
    const running = folder.run("queued", [...sweep, "--queue", server.url]);
    const done = () => workers.reduce((sum, { out }) => sum + out.split(": done.").length - 1, 0);
    const until = async (count: number) => { while (done() < count) await sleep(20); };
    const replace = async (index: number) => {
      await workers[index].says("begins");
      workers[index].kill("SIGKILL");
      start();
    };
    await until(5);
    await replace(0);
    await until(12);
    workers[1].kill("SIGSTOP");
    await until(18);
    await server.stop("SIGKILL");
    await sleep(1000);
    await server.run();
    await until(25);
    await replace(2);
    await until(35);
    workers[1].kill("SIGCONT");
    expect((await running).code).toBe(0);
    expect(readdirSync(temporary.path("queued/tasks")).filter((name) => name.includes("times"))).toHaveLength(60);
    expect(folder.results("queued")).toEqual(folder.results("local"));
    const { out } = await queue();
    expect(out).toMatch(/moons: 0 waiting, 0 running, 60 done, 0 failed\./);
  });

  test("repeats trainings on other workers, and says whether they come to the same", async () => {
    const first = start();
    await first.says("Takes trainings");
    const alone = folder.run("verified", ["--seeds", "2", "--queue", server.url, "--verify", "3"]);
    let isOver = false;
    void alone.finally(() => { isOver = true; });
    while (!isOver && first.out.split(": done.").length - 1 < 4) await sleep(20);
    const second = start();
    const { code, out } = await alone;
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, " ")).toContain("3 trainings repeated by other workers: the same weights and errors.");
    expect(first.out).not.toContain("is repeated");
    expect(second.out.split("is repeated").length - 1).toBe(3);
  });

  test("is collected once more by another run without any worker, as nothing is trained twice", async () => {
    const worker = start();
    expect((await folder.run("once", ["--seeds", "2", "--queue", server.url])).code).toBe(0);
    expect((await worker.stop()).code).toBe(143);
    expect((await folder.run("again", ["--seeds", "2", "--queue", server.url])).code).toBe(0);
    expect(folder.results("again")).toEqual(folder.results("once"));
  });

  test("continues from the checkpoint of a worker that was killed", async () => {
    // Longer than any test waits: what is looked at is how it goes on.
    let end = () => {};
    const run = folder.run("long", ["--seeds", "1", "--keep", "1", "--epochs", "1000000", "--queue", server.url],
      (child) => { end = () => { child.kill("SIGINT"); }; });
    const first = start(), tasks = temporary.path("checkpoints/tasks");
    while (!existsSync(tasks) || !readdirSync(tasks).some((name) => name.endsWith("checkpoint.safetensors"))) {
      await sleep(50);
    }
    first.kill("SIGKILL");
    await start().says("continues from a checkpoint");
    end();
    expect((await run).code).toBe(130);
  });

  test("refuses a worker with another version of the file, and names both", async () => {
    const run = folder.run("refused", ["--seeds", "1", "--queue", server.url], (child) => {
      child.stdout?.on("data", (chunk: Buffer) => { if (chunk.includes("wait in the queue")) child.kill("SIGINT"); });
    });
    expect((await run).code).toBe(130);
    const path = temporary.path("other/moons.ts");
    mkdirSync(temporary.path("other"));
    writeFileSync(path, `${MOONS}\n// changed`);
    const { code, err } = await runScript(["worker", path, "--queue", server.url]);
    expect(code).toBe(2);
    const digests = [MOONS, `${MOONS}\n// changed`].map((text) => (
      createHash("sha256").update(text).digest("hex").slice(0, 16)));
    for (const digest of digests) expect(err).toContain(`file ${digest}, chainrule `);
  });

  test("counts a training as done once its result is known, though its job still waits", async () => {
    expect((await folder.run("keys", ["--seeds", "1"])).code).toBe(0);
    const keys = readdirSync(temporary.path("keys/tasks")).filter((file) => !file.includes("times"))
      .map((file) => file.replace(".json", ""));
    expect((await folder.run("known", ["--seeds", "1", "--queue", server.url], (child) => {
      child.stdout?.on("data", (chunk: Buffer) => { if (chunk.includes("wait in the queue")) child.kill("SIGINT"); });
    })).code).toBe(130);
    expect((await queue()).out).toContain(`moons: ${keys.length} waiting, 0 running, 0 done, 0 failed.`);
    const { redis, close } = await connect(QueueAddress.read(server.url, "queue"));
    for (const key of keys) await redis.hset(resultsOf("moons"), key, "{}");
    close();
    expect((await queue()).out).toContain(`moons: 0 waiting, 0 running, ${keys.length} done, 0 failed.`);
    // Nothing is left to do, so another version of the file may take the queue over.
    const home = temporaryFolder(), changed = new Folder(home.path, `${MOONS}
// changed`);
    const worker = new TestWorker(changed, server.url);
    await worker.says("Takes trainings");
    expect((await worker.stop()).code).toBe(143);
    home.remove();
  });

  test("records with its reason a training that fails three times", async () => {
    const path = temporary.path("failing/moons.ts");
    mkdirSync(temporary.path("failing"));
    writeFileSync(path, MOONS.replace("network: ({ keep }, { seed }) => (",
      'network: ({ keep }, { seed }) => (isMainThread || keep === 1 || fail(),')
      .replace("export default", 'const fail = () => { throw new Error("no luck here"); };\nexport default')
      .replace("import", 'import { isMainThread } from "node:worker_threads";\nimport'));
    const worker = runScript(["worker", path, "--queue", server.url, "--workers", "1"], (child) => {
      child.stdout?.on("data", (chunk: Buffer) => { tries += chunk.toString().split("failed: ").length - 1; });
      stop = () => { child.kill("SIGTERM"); };
    });
    const { code, out } = await runScript(["experiment", path, "--seeds", "1", "--queue", server.url, "--json",
      temporary.path("failing/out.json"), "--report", temporary.path("failing/out.html")]);
    stop();
    await worker;
    expect(code).toBe(1);
    expect(out.replace(/\s+/g, " ")).toContain("got Error: no luck here");
    const records = readdirSync(temporary.path("failing/out/tasks")).filter((name) => !name.includes("times"))
      .map((name) => readFileSync(temporary.path(`failing/out/tasks/${name}`), "utf8"));
    expect(records.filter((text) => /"reason": ".*got Error: no luck here/.test(text))).toHaveLength(1);
    expect(tries).toBe(3);
  });

  test("loses nothing and counts nothing twice if Redis hangs, and then is away, for longer than a lease", async () => {
    const sweep = ["--keep", "0.3,0.6,0.9", "--seeds", "5"];
    expect((await folder.run("here", sweep)).code).toBe(0);
    const both = [start(), start()];
    const running = folder.run("away", [...sweep, "--queue", server.url]);
    const until = async (count: number) => {
      while (both.reduce((sum, { out }) => sum + out.split(": done.").length - 1, 0) < count) await sleep(20);
    };
    await until(4);
    server.signal("SIGSTOP");
    await sleep(5000);
    server.signal("SIGCONT");
    await until(10);
    await server.stop();
    await sleep(5000);
    for (const { out } of both) expect(out).toContain("cannot be reached: waiting until it can.");
    await server.run();
    expect((await running).code).toBe(0);
    expect(readdirSync(temporary.path("away/tasks")).filter((name) => name.includes("times"))).toHaveLength(20);
    expect(folder.results("away")).toEqual(folder.results("here"));
    expect((await queue()).out).toMatch(/moons: 0 waiting, 0 running, 20 done, 0 failed\./);
    for (const { out } of both) expect(out).toContain("Redis can be reached again.");
  });

  test("names both workers and fails if one comes to other weights than the other", async () => {
    const home = temporaryFolder(), odd = new Folder(home.path, MOONS.replace("learningRate: 0.1",
      'learningRate: Number(process.env["RATE"])'));
    const begin = (rate: string) => {
      const worker = new TestWorker(odd, server.url, [], { RATE: rate });
      workers.push(worker);
      return worker;
    };
    const first = begin("0.1");
    await first.says("Takes trainings");
    const running = odd.run("odd", ["--seeds", "1", "--queue", server.url, "--verify", "1"], undefined, { RATE: "0.1" });
    while (first.out.split(": done.").length - 1 < 2) await sleep(20);
    const second = begin("0.11");
    const { code, out, err } = await running, pid = (worker: TestWorker) => `[^ ]+/${worker.child?.pid}`;
    expect((out + err).replace(/\s+/g, " ")).toMatch(new RegExp(`Training [0-9a-f-]+ came to something else when ${
      pid(second)} repeated what ${pid(first)} had trained: finalWeightsDigest [0-9a-f]{64} before, [0-9a-f]{64} now`));
    expect(err).not.toContain("trains and writes only what is missing");
    expect(code).toBe(1);
    home.remove();
  });
});
