import { readFileSync } from "node:fs";
import { ChainruleError, readCheckpoint, type Trainer } from "chainrule";
import { encodeWithChecksums, decodeWithChecksums } from "../../src/formats/checksummed.ts";
import { data, RUNS, validation } from "../fixtures/version-0.1/networks.ts";
import { digestOf } from "../train/runs.ts";
import { errorOf } from "../tools.ts";

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Saved = ReturnType<typeof decodeWithChecksums>;

const open = (name: string): Saved =>
  decodeWithChecksums(readFileSync(new URL(`../fixtures/version-0.1/${name}.checkpoint`, import.meta.url)), name);

/** What one of a checkpoint's entries says, changed, in a file whose checksums are right. */
function changed({ tensors, metadata }: Saved, entry: string, change: (saved: { [name: string]: Json }) => void): Uint8Array {
  const saved = JSON.parse(metadata.get(entry) ?? "") as { [name: string]: Json };
  change(saved);
  return encodeWithChecksums(tensors, new Map([...metadata, [entry, JSON.stringify(saved)]]));
}

function makeOf(run: string): () => Trainer {
  const found = RUNS.get(run);
  if (found === undefined) throw new Error(run);
  return () => found.start();
}

/** What a trainer says to the file; it is then as it was. */
function refusalOf(make: () => Trainer, bytes: Uint8Array): ChainruleError {
  const trainer = make(), before = digestOf(trainer), error = errorOf(() => trainer.resume(readCheckpoint(bytes)));
  expect(digestOf(trainer)).toBe(before);
  return error;
}

/** All places in plain data, by path. */
function placesIn(value: Json, path: readonly string[] = []): (readonly string[])[] {
  const inner = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [...(path.length > 0 ? [path] : []), ...inner.flatMap(([name, part]) => placesIn(part, [...path, name]))];
}

function put(saved: Json, path: readonly string[], value: Json | undefined): void {
  const [name, ...rest] = path, at = saved as { [name: string]: Json };
  if (rest.length > 0) put(at[name], rest, value);
  else if (value === undefined) delete at[name];
  else at[name] = value;
}

const at = (path: string, value: Json) => [path, (saved: Json) => put(saved, path.split("."), value)] as const;

describe("a checkpoint whose checksums are right and whose contents are impossible is refused, with nothing changed:", () => {
  test.each([
    at("history", true), at("history", null), at("history", {}), at("history.0.epoch", 2), at("history.0.accuracy", 1.5),
    at("history.0.accuracy", "x"), at("history.0.validation", true), at("history.0.validation.rows", 0), at("history.0.learningRate", -1),
    at("callbacks", true), at("callbacks", {}), at("learningRate", -1), at("learningRate", "Infinity"), at("fit", true),
    at("fit.step", 1e9), at("fit.step", 4), at("fit.until", 0), at("fit.until", 1), at("fit.batchSize", 0), at("fit.batchSize", 1e9),
    at("fit.data", "11 rows"), at("fit.validation", "x"), at("fit.sums.rows", 9), at("fit.sums.right", 9), at("fit.sums.judged", 9),
    at("fit.sums.weight", -1), at("fit.sums.loss", "NaN"), at("optimizer", null), at("optimizer.parameters", []),
    at("optimizer.parameters.0", null), at("optimizer.parameters.3", {}), at("optimizer.parameters.0.count", 0),
    at("optimizer.parameters.0.mean", null), at("optimizer.parameters.0.extra", 1),
  ])("%s", (_, change) => {
    expect(refusalOf(makeOf("adam"), changed(open("adam.step"), "trainer", change)).name).toBe("DataError");
  });

  test("a mean square below 0", () => {
    const { tensors, metadata } = open("adam.step"), name = [...tensors.keys()].find((one) => one.endsWith("/square")) ?? "";
    tensors.get(name)?.data.fill(-1 as never);
    expect(refusalOf(makeOf("adam"), encodeWithChecksums(tensors, metadata)).message).toContain("of at least 0");
  });

  test.each(["best-so-far", "early-stopping"])("the best weights of another shape (%s)", (run) => {
    const { tensors, metadata } = open(`${run}.epoch`), other = new Map([...tensors].map(([name, one]) => {
      const isBest = name.startsWith("/callbacks/0/weights/parameters/") && one.shape.length === 2;
      return [name, isBest ? { ...one, shape: [...one.shape].reverse() } : one] as const;
    }));
    expect(refusalOf(makeOf(run), encodeWithChecksums([...other], metadata)).name).toBe("DataError");
  });

  test("a moving average of another shape", () => {
    const { tensors, metadata } = open("moving-average.epoch"), other = [...tensors].map(([name, one]) =>
      [name, name.startsWith("/callbacks/0/") ? { ...one, shape: [1, ...one.shape] } : one] as const);
    expect(refusalOf(makeOf("moving-average"), encodeWithChecksums(other, metadata)).name).toBe("DataError");
  });
});

const VALUES: readonly (Json | undefined)[] = [undefined, true, -1, 1e9, "NaN", []];

// Each place of the plain data takes two of the values: every file is refused as a whole, or is one that a run can go on from.
describe("a checkpoint with any one value changed is refused, with nothing changed, or goes on:", () => {
  const files = ["adam.step", "early-stopping.epoch", "plateau.epoch", "moving-average.end"];

  test.each(files)("%s", async (name) => {
    const make = makeOf(name.replace(/\.\w+$/, "")), saved = open(name), before = digestOf(make());
    let refused = 0, resumed = 0;
    for (const entry of ["trainer", "state"]) {
      for (const [i, path] of placesIn(JSON.parse(saved.metadata.get(entry) ?? "") as Json).entries()) {
        for (const value of [VALUES[i % 6], VALUES[(i + 1 + i % 5) % 6]]) {
          const bytes = changed(saved, entry, (all) => put(all, path, value)), trainer = make();
          try {
            trainer.resume(readCheckpoint(bytes));
            if (path.includes("until")) continue;
            resumed++;
            await trainer.fit(data(), { validation: validation(), ...(name.endsWith(".end") && { epochs: 1, batchSize: 4 }) });
          } catch (error) {
            if (!(error instanceof ChainruleError)) throw new Error(`${entry} ${path.join(".")} ${JSON.stringify(value)}`, { cause: error });
            if (trainer.history.length === 0 && digestOf(trainer) !== before) {
              throw new Error(`changed by ${entry} ${path.join(".")} ${JSON.stringify(value)}`, { cause: error });
            }
            refused++;
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(5 * resumed);
  });
});
