import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadCheckpoint, saveCheckpoint, saveModel } from "chainrule/node";
import { bundle } from "../kill/bundled.ts";
import { BATCH_SIZE, data, digestOf, EPOCHS, trainerFor } from "../kill/run.ts";
import { errorOf } from "../tools.ts";

let folder = "", program = "", wanted = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "checkpoint-faults-"));
  program = join(folder, "training.mjs");
  bundle("test/faults/programs/training.ts", program);
  const trainer = trainerFor();
  await trainer.fit(data(), { epochs: EPOCHS, batchSize: BATCH_SIZE });
  wanted = digestOf(trainer);
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

interface Ended { readonly code: number | null; readonly out: string; readonly err: string }

/** Starts a program; `onOutput` hears of what it prints while it runs. */
function run(command: readonly string[], onOutput: (kill: (signal: NodeJS.Signals) => void) => void = () => undefined): Promise<Ended> {
  const { NODE_OPTIONS: _, ...env } = process.env, [file, ...args] = command;
  const child = spawn(file, args, { env }), text = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    text.out += chunk.toString();
    onOutput((signal) => child.kill(signal));
  });
  child.stderr.on("data", (chunk: Buffer) => { text.err += chunk.toString(); });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => { resolve({ code, ...text }); });
  });
}

const temporaries = (where: string) => readdirSync(where).filter((name) => name.endsWith(".tmp"));

describe("fault 42: where a checkpoint cannot be saved", () => {
  test("for the disk is full, training goes on to the same end with one warning, and the old file stays", async () => {
    const path = join(folder, "full.safetensors");
    writeFileSync(path, "old");
    // No file may be longer than a few blocks, as if there were no more room: a write is cut short, the next one fails.
    const command = ["sh", "-c", 'trap "" XFSZ; ulimit -f 4; exec "$@"', "sh", process.execPath, program, "save", path];
    const { code, out, err } = await run(command);
    expect(code).toBe(0);
    expect(out).toContain(wanted);
    expect(err.match(/ChainruleWarning/g)).toHaveLength(1);
    expect(err).toContain(path);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(temporaries(folder)).toEqual([]);
  });

  test.each([
    ["its folder is not there", () => join(folder, "none", "run.safetensors")],
    ["its folder is a file", () => join(program, "run.safetensors")],
    ["it is a folder", () => folder],
    ["nobody may write there", () => "/proc/run.safetensors"],
  ])("for %s, the error names the path and the cause, and nothing is left behind", (_, pathOf) => {
    const trainer = trainerFor(), before = digestOf(trainer), path = pathOf();
    for (const save of [() => saveCheckpoint(trainer, path), () => saveModel(trainer.network, path)]) {
      expect(errorOf(save)).toMatchObject({ name: "DataError", where: path });
    }
    expect(digestOf(trainer)).toBe(before);
    expect(temporaries(folder)).toEqual([]);
  });

  test("for its folder is read-only, the old file stays and the next save goes", () => {
    const place = join(folder, "closed"), path = join(place, "run.safetensors"), trainer = trainerFor();
    mkdirSync(place);
    saveCheckpoint(trainer, path);
    const old = readFileSync(path);
    chmodSync(place, 0o500);
    try {
      saveCheckpoint(trainer, path); // root may write all the same
    } catch (error) {
      expect(error).toMatchObject({ name: "DataError", where: path });
    } finally {
      chmodSync(place, 0o700);
    }
    expect(readFileSync(path).equals(old)).toBe(true);
    saveCheckpoint(trainer, path);
    expect(temporaries(place)).toEqual([]);
  });
});

describe("fault 43, 44: a checkpoint", () => {
  test("cut short, or with one bit flipped, is refused, and the trainer stays as it is", async () => {
    const path = join(folder, "whole.safetensors"), damaged = join(folder, "damaged.safetensors"), trainer = trainerFor();
    await trainer.fit(data(), { epochs: 1, batchSize: BATCH_SIZE });
    saveCheckpoint(trainer, path);
    const bytes = readFileSync(path), other = trainerFor(), before = digestOf(other);
    for (let at = 5; at < bytes.length; at += Math.ceil(bytes.length / 40)) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 16;
      for (const wrong of [flipped, bytes.subarray(0, at)]) {
        writeFileSync(damaged, wrong);
        expect(errorOf(() => other.resume(damaged)).where).toContain(damaged);
      }
    }
    expect(digestOf(other)).toBe(before);
  });
});

describe("fault 53: as a checkpoint", () => {
  test.each([["a folder", () => folder], ["a device", () => "/dev/null"], ["nothing", () => join(folder, "nothing")]])(
    "%s is refused at once", (_, pathOf) => {
      expect(errorOf(() => loadCheckpoint(pathOf()))).toMatchObject({ name: "DataError", where: pathOf() });
    },
  );
});

describe("fault 54: Ctrl-C and SIGTERM in the middle of an epoch", () => {
  test.each([["SIGINT", 130], ["SIGTERM", 143]] as const)("%s saves after the step, says how to go on, and ends with %d", async (signal, code) => {
    const path = join(folder, `${signal}.safetensors`);
    const ended = await run([process.execPath, program, "signal", path], (kill) => kill(signal));
    expect(ended.code).toBe(code);
    expect(ended.err).toContain(`trainer.resume(${JSON.stringify(path)})`);
    const resumed = trainerFor(), whole = trainerFor();
    resumed.resume(path);
    const made = resumed.history.length, epochs = made + 2;
    await resumed.fit(data(), { epochs: epochs - made });
    await whole.fit(data(), { epochs, batchSize: BATCH_SIZE });
    expect(digestOf(resumed)).toBe(digestOf(whole));
  });
});

test("fault 55: a second signal ends the process at once, with the last file as it was", async () => {
  const path = join(folder, "twice.safetensors"), trainer = trainerFor();
  saveCheckpoint(trainer, path);
  const before = readFileSync(path), { ino } = statSync(path);
  const ended = await run([process.execPath, program, "signal", path], (kill) => {
    kill("SIGINT");
    kill("SIGTERM");
  });
  expect([130, 143]).toContain(ended.code);
  expect(ended.err).toBe("");
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(statSync(path).ino).toBe(ino);
  expect(existsSync(`${path}.tmp`)).toBe(false);
});
