import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "./bundled.ts";
import { BATCH_SIZE, data, digestOf, EPOCHS, trainerFor } from "./run.ts";

/**
 * Milliseconds after the start of training when a process is killed, at most: some have saved nothing, some have ended. Twice
 * as many after each that had saved nothing, as on a busy machine.
 */
const LONGEST = 800;

export interface Tally {
  kills: number;
  /** Killed before anything was saved, and after the end. */
  tooEarly: number;
  ended: number;
  /** Checkpoints that went on to the end, and how many of these to another one than the run that was never killed. */
  resumed: number;
  wrong: number;
  /** Half-written files that kills have left behind. */
  leftovers: number;
}

/** Numbers from 0 to 1 (Numerical Recipes, ranqd1). */
function* fractions(seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 4294967296;
  }
}

/**
 * Starts the training process again and again, each time from the last checkpoint, and kills it (SIGKILL) after a while
 * drawn from the seed. After each kill the checkpoint is loaded, here, and goes on to the end: so many have to.
 */
export async function killOften(checkpoints: number, seed: number, tell: (tally: Tally) => void = () => undefined): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "kills-")), path = join(folder, "run.safetensors");
  const program = join(folder, "train.mjs"), delays = fractions(seed);
  const tally = { kills: 0, tooEarly: 0, ended: 0, resumed: 0, wrong: 0, leftovers: 0 };
  let longest = LONGEST;
  try {
    bundle("test/kill/train.ts", program);
    const wanted = await toTheEnd();
    while (tally.resumed < checkpoints) {
      await runAndKill(program, path, longest * (delays.next().value ?? 0));
      tally.kills++;
      if (!existsSync(path)) {
        tally.tooEarly++;
        longest *= 2;
      } else {
        const digest = await toTheEnd(path);
        tally.resumed++;
        if (digest !== wanted) tally.wrong++;
        if (await isOver(path)) {
          tally.ended++;
          rmSync(path);
        }
      }
      for (const name of readdirSync(folder).filter((one) => one.endsWith(".tmp"))) {
        tally.leftovers++;
        rmSync(join(folder, name));
      }
      tell(tally);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return tally;
}

async function toTheEnd(path?: string): Promise<string> {
  const trainer = trainerFor();
  if (path === undefined) await trainer.fit(data(), { epochs: EPOCHS, batchSize: BATCH_SIZE });
  else {
    trainer.resume(path);
    await trainer.fit(data());
  }
  return digestOf(trainer);
}

async function isOver(path: string): Promise<boolean> {
  const trainer = trainerFor();
  trainer.resume(path);
  return (await trainer.fit(data())).length === 0;
}

function runAndKill(program: string, path: string, delay: number): Promise<void> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, [program, path], { stdio: ["ignore", "pipe", "inherit"], env });
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    child.stdout.once("data", () => { timer = setTimeout(() => child.kill("SIGKILL"), delay); });
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === null || code === 0) resolve();
      else reject(new Error(`The training process failed with exit code ${code}`));
    });
  });
}
