/** Workers of a queue in processes of their own, which are killed, paused and replaced. */
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runScript, type Ended } from "../examples/run-script.ts";
import { MOONS } from "../experiment/moons.ts";

export class Folder {
  readonly path: (name: string) => string;

  constructor(path: (name: string) => string, experiment = MOONS) {
    this.path = path;
    writeFileSync(path("moons.ts"), experiment);
  }

  run(
    name: string, args: readonly string[], onStart?: (child: ChildProcess) => void, variables?: Readonly<Record<string, string>>,
  ): Promise<Ended> {
    const files = ["--json", this.path(`${name}.json`), "--report", this.path(`${name}.html`), "--csv",
      this.path(`${name}.csv`), "--figures", this.path(`${name}-figures`)];
    return runScript(["experiment", this.path("moons.ts"), ...files, ...args], onStart, undefined,
      variables);
  }

  /** All that a run leaves but for times: records, JSON, report, table, figures. */
  results(name: string): Readonly<Record<string, string>> {
    const read = (path: string) => readFileSync(this.path(path), "utf8");
    const records = readdirSync(this.path(`${name}/tasks`)).filter((file) => !file.includes("times"));
    const figures = readdirSync(this.path(`${name}-figures`)).filter((file) => file.endsWith(".svg"));
    return {
      ...Object.fromEntries(records.map((file) => [file, read(`${name}/tasks/${file}`)])),
      ...Object.fromEntries(figures.map((file) => [file, read(`${name}-figures/${file}`)])),
      json: read(`${name}.json`).replace(/"timing": \{[^]*/, ""), csv: read(`${name}.csv`),
      report: read(`${name}.html`).replace(/<h3>Time taken<\/h3>\n<dl>[^]*?<\/dl>/, ""),
    };
  }
}

/** A worker with one thread. */
export class TestWorker {
  readonly ended: Promise<Ended>;
  out = "";
  child: ChildProcess | undefined;

  constructor(
    folder: Folder, url: string, args: readonly string[] = [], variables: Readonly<Record<string, string>> = {},
  ) {
    this.ended = runScript(["worker", folder.path("moons.ts"), "--queue", url, "--workers", "1", "--lease", "2",
      "--out", folder.path("checkpoints"), ...args], (child) => {
      this.child = child;
      child.stdout?.on("data", (chunk: Buffer) => { this.out += chunk.toString(); });
    }, undefined, variables);
  }

  kill(signal: NodeJS.Signals): void { this.child?.kill(signal); }

  /** Waits until it has printed a text since its last so many characters. */
  async says(text: string | RegExp, since = 0): Promise<void> {
    while (this.out.slice(since).search(text) < 0) {
      if (this.child?.exitCode !== null) throw new Error(`It has ended: ${this.out}\n${(await this.ended).err}`);
      await sleep(20);
    }
  }

  async stop(): Promise<Ended> {
    this.kill("SIGTERM");
    return this.ended;
  }
}
