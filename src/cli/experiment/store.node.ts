/** What is kept of an experiment on disk: a file for each training that is done, and a checkpoint of each under way. */
import {
  closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync,
} from "node:fs";
import { hostname, uptime } from "node:os";
import { basename, join } from "node:path";
import { codeOf, reasonOf } from "../../formats/reasons.node.ts";
import { writeFileAtomically } from "../../formats/write-file.node.ts";
import { CallOrderError, DataError, shownName } from "../../tensor/errors.ts";
import type { TaskRecord, TaskTimes } from "./records.ts";

/** What a run was asked: kept so that another one can say what is different, and how to continue this one. */
export interface RunManifest {
  readonly command: string;
  readonly options: Readonly<Record<string, string>>;
  readonly tasks: readonly string[];
}

/** What was typed: for merge, which puts the parts of a run together without being told what it was. */
export interface Asked {
  readonly file: string;
  /** All that the numbers depend on. */
  readonly args: readonly string[];
  /** How the experiment is called. */
  readonly call: string;
}

/** The folder of an experiment. Nothing in it that is not done is ever removed by another run. */
export class Store {
  readonly folder: string;
  private lock: string | undefined;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder, and holds it until release(). @throws CallOrderError if another run holds it. */
  open(): void {
    try {
      mkdirSync(this.tasks, { recursive: true });
    } catch (error) {
      throw this.refusal(reasonOf(error));
    }
    const lock = join(this.folder, "lock"), own = `${process.pid} ${hostname()}\n`;
    for (let attempt = 0; ; attempt++) {
      try {
        const file = openSync(lock, "wx");
        writeSync(file, own);
        closeSync(file);
        this.lock = lock;
        return;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw this.refusal(reasonOf(error));
      }
      const holder = holderOf(lock);
      if (holder !== undefined || attempt > 3) {
        const where = shownName(this.folder), given = `a folder in use by ${holder ?? "another run"}`;
        const advice = "Wait for it to end, or choose another place: --json out/other.json";
        throw new CallOrderError({ where, given, allowed: "one run at a time", advice });
      }
      // Whoever renames it first may take its place.
      try {
        const stale = `${lock}.${process.pid}.stale`;
        renameSync(lock, stale);
        rmSync(stale, { force: true });
      } catch {
        continue;
      }
    }
  }

  release(): void {
    if (this.lock !== undefined) rmSync(this.lock, { force: true });
    this.lock = undefined;
  }

  /** The record of a training that is done; undefined where there is none. */
  read(key: string): TaskRecord | undefined {
    return this.readJson(this.path(key, "json")) as TaskRecord | undefined;
  }

  times(key: string): TaskTimes | undefined {
    return this.readJson(this.path(key, "times.json")) as TaskTimes | undefined;
  }

  write(record: TaskRecord, times: TaskTimes): void {
    this.writeJson(this.path(record.key, "times.json"), times);
    this.writeJson(this.path(record.key, "json"), record);
  }

  /** The keys of all records. */
  keys(): readonly string[] {
    const names = existsSync(this.tasks) ? readdirSync(this.tasks).sort() : [];
    return names.filter((name) => /^\d+-[0-9a-f]+\.json$/.test(name)).map((name) => basename(name, ".json"));
  }

  checkpoint(key: string): string { return this.path(key, "checkpoint.safetensors"); }
  model(key: string): string { return this.path(key, "model.safetensors"); }
  isUnderWay(key: string): boolean { return existsSync(this.checkpoint(key)); }

  /** Removes checkpoints, and files that a process left behind which was killed while it wrote them. */
  discardCheckpoints(keys: Iterable<string>): void {
    const done = new Set(keys);
    for (const name of readdirSync(this.tasks)) {
      const [key] = name.split(".");
      if (!done.has(key) || !/\.(?:checkpoint\.safetensors|tmp)$/.test(name)) continue;
      rmSync(join(this.tasks, name), { force: true });
    }
  }

  /** Forgets what is known of a training, as --fresh asks. */
  forget(key: string): void {
    for (const kind of ["json", "times.json", "checkpoint.safetensors", "model.safetensors"]) {
      rmSync(this.path(key, kind), { force: true });
    }
  }

  writeManifest(name: string, manifest: RunManifest, asked: Asked): void {
    this.writeJson(join(this.folder, `run-${name}.json`), manifest);
    this.writeJson(join(this.folder, "asked.json"), asked);
  }

  /** Other runs of this folder that were begun and are not done, the last one first. */
  interrupted(except: readonly string[]): readonly RunManifest[] {
    const isOwn = new Set(except);
    const files = existsSync(this.folder)
      ? readdirSync(this.folder).filter((name) => /^run-[0-9a-f]+\.json$/.test(name)) : [];
    return files.map((name) => join(this.folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
      .flatMap((path) => (this.readJson(path) as RunManifest | undefined) ?? [])
      .filter(({ tasks }) => tasks.some((key) => this.isUnderWay(key) && !isOwn.has(key)));
  }

  private get tasks(): string { return join(this.folder, "tasks"); }
  private path(key: string, kind: string): string { return join(this.tasks, `${key}.${kind}`); }

  private writeJson(path: string, value: unknown): void {
    writeFileAtomically(path, new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`));
  }

  private readJson(path: string): unknown {
    if (!existsSync(path)) return undefined;
    try {
      const value: unknown = JSON.parse(readFileSync(path, "utf8"));
      return typeof value === "object" ? value : undefined;
    } catch (error) {
      const advice = `Delete it to train again: ${shownName(path)}`;
      throw new DataError({ where: path, given: String(error), allowed: "a record that can be read", advice });
    }
  }

  private refusal(given: string): DataError {
    return new DataError({ where: this.folder, given, allowed: "a folder that can be written" });
  }
}

/** Who holds a lock; undefined if nobody does any more. */
function holderOf(lock: string): string | undefined {
  let text = "", changed = 0;
  try {
    text = readFileSync(lock, "utf8");
    changed = statSync(lock).mtimeMs;
  } catch {
    return undefined;
  }
  const [pid = "", host = ""] = text.trim().split(" ");
  if (host !== hostname()) return host === "" ? undefined : `process ${pid} on ${host}`;
  // Numbers of processes are given again after the machine was started anew.
  if (changed < performance.timeOrigin + performance.now() - 1000 * uptime()) return undefined;
  return isAlive(Number(pid)) ? `process ${pid}` : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
