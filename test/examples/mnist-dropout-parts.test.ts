import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { Dataset, Tensor } from "chainrule";
import { datasetsOf, loadDigits, measuredPart } from "../../examples/mnist-dropout/digits.ts";
import { networkFor } from "../../examples/mnist-dropout/networks.ts";
import { commandFor, readOptions, settingsOf, type Options } from "../../examples/mnist-dropout/options.ts";
import { runArm } from "../../examples/mnist-dropout/run-arm.ts";
import { RunError, trainAll, type Job } from "../../examples/mnist-dropout/threads.ts";

function read(...args: readonly string[]): Options {
  const options = readOptions(args);
  if (options === undefined) throw new Error("Nothing but help was asked for");
  return options;
}

const tiny = settingsOf(read(..."--train 30 --test 40 --hidden 6,5 --epochs 3 --keep 0.7".split(" ")));

describe("options", () => {
  test("stand as they are documented", () => {
    expect(read()).toEqual({
      full: false, train: 1000, test: 5000, hidden: [512], keep: 0.5, keepInput: 0.8, init: "he", epochs: 60,
      batchSize: 50, lr: 0.1, decay: "none", momentum: 0, maxNorm: "none", seeds: 5, seed: 1, measureEvery: 5,
      json: "out/mnist-dropout.json", report: "out/mnist-dropout.html",
    });
  });

  test("are all read", () => {
    const args = "--train 100 --test 200 --hidden 512,256 --keep 0.6 --keep-input 0.9 --epochs 7 " +
      "--init 0.02 --batch-size 8 --lr 1e-2 --decay linear --momentum 0.9 --max-norm 3 " +
      "--seeds 4 --seed 0 --measure-every 2 --json a --report b --quiet";
    expect(read(...args.split(" "))).toEqual({
      full: false, train: 100, test: 200, hidden: [512, 256], keep: 0.6, keepInput: 0.9, init: 0.02, epochs: 7,
      batchSize: 8, lr: 0.01, decay: "linear", momentum: 0.9, maxNorm: 3, seeds: 4, seed: 0, measureEvery: 2,
      json: "a", report: "b", quiet: true,
    });
  });

  test.each([
    ["--keep 0", /--keep: expected above 0 and at most 1.*, got "0"/],
    ["--keep 1.5", /--keep: expected .*, got "1\.5"/],
    ["--keep-input NaN", /--keep-input: expected .*, got "NaN"/],
    ["--keep 0x1", /--keep: expected .*, got "0x1"/],
    ["--epochs 0", /--epochs: expected a whole number from 1.*, got "0"/],
    ["--epochs 2.5", /--epochs: expected .*, got "2\.5"/],
    ["--batch-size -1", /--batch-size: expected .*, got "-1"/],
    ["--lr 0", /--lr: expected a number above 0.*, got "0"/],
    ["--lr Infinity", /--lr: expected .*, got "Infinity"/],
    ["--momentum 1", /--momentum: expected at least 0 and below 1.*, got "1"/],
    ["--max-norm 0", /--max-norm: expected a number above 0, or none.*, got "0"/],
    ["--init 0", /--init: expected a number above 0, or he.*, got "0"/],
    ["--decay square", /--decay: expected none or linear.*, got "square"/],
    ["--train 60001", /--train: expected a whole number from 1 to 60000.*, got "60001"/],
    ["--full --test 10001", /--test: expected a whole number from 1 to 10000.*, got "10001"/],
    ["--hidden 10,,10", /--hidden: expected the widths.*, got "10,,10"/],
    ["--hidden 0", /--hidden: expected .*, got "0"/],
    ["--seed -1", /--seed: expected a whole number from 0.*, got "-1"/],
    ["--train 6000 --test 5000", /expected at most 10000 together, for there are no more, got .*6000 \+ 5000 = 11000 digits\. Ask for fewer, or .* --full\./],
    ["--epochs", /--epochs: expected times each digit is seen: a whole number from 1.*, got nothing after it/],
    ["--kep 0.3", /expected those that --help lists, got an unknown option --kep\. Did you mean --keep\?/],
    ["--learning-rate 1", "Did you mean --lr?"],
    ["-q", "Did you mean --quiet?"],
    ["20", "npm start -- --epochs 20"],
  ])("%s is refused", (args, message) => {
    expect(() => readOptions(args.split(" "))).toThrow(message);
  });

  test("of --full start elsewhere, and what is given beside it holds, even where it is the usual start", () => {
    expect(read("--full")).toMatchObject({
      full: true, train: 60_000, test: 10_000, hidden: [1024, 1024], keep: 0.5, keepInput: 0.8, seeds: 1,
      json: "out/mnist-full.json", report: "out/mnist-full.html",
    });
    expect(read("--full", "--json", "out/mnist-dropout.json").json).toBe("out/mnist-dropout.json");
    const given = read("--epochs", "60", "--full", "--hidden", "512", "--max-norm", "none", "--train", "1000");
    expect(given).toMatchObject({ epochs: 60, hidden: [512], maxNorm: "none", train: 1000, test: 10_000 });
  });

  test("the command that repeats a run has all that is not as it would be anyway", () => {
    expect(commandFor(read())).toBe("npm start");
    expect(commandFor(read("--hidden", "20,10", "--max-norm", "3", "--quiet", "--json", "a"))).toBe(
      "npm start -- --hidden 20,10 --max-norm 3");
    const full = "--full --hidden 9 --init he --decay none --max-norm none";
    expect(commandFor(read(...full.split(" "), "--quiet"))).toBe(`npm start -- ${full}`);
    expect(commandFor(read("--full"))).toBe("npm start -- --full");
  });

  test.each([
    ["--version", /^\d+\.\d+\.\d+/], ["--help", /--measure-every <N>[^]*Examples:/],
  ])("%s is printed", (flag, text) => {
    const printed: string[] = [];
    const write = jest.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      printed.push(String(chunk));
      return true;
    });
    expect(readOptions([flag])).toBeUndefined();
    write.mockRestore();
    expect(printed.join("")).toMatch(text);
  });
});

test("the networks differ in nothing but dropout, and max-norm holds the hidden layers only", () => {
  const names = (arm: "plain" | "dropout") => networkFor(arm, { ...tiny, maxNorm: 3 }, 1).layers.map(String);
  const affine = ["Affine(784 → 6)", "Affine(6 → 5)", "Affine(5 → 10)"];
  expect(names("plain")).toEqual([affine[0], "ReLU", affine[1], "ReLU", affine[2]]);
  expect(names("dropout").filter((name) => !name.startsWith("Dropout"))).toEqual(names("plain"));
  expect(names("dropout").filter((name) => name.startsWith("Dropout"))).toEqual(
    ["Dropout(keep 0.8)", "Dropout(keep 0.7)", "Dropout(keep 0.7)"]);
  const { parameters } = networkFor("plain", { ...tiny, maxNorm: 3 }, 1);
  const limited = parameters.filter(({ constraint }) => constraint !== undefined);
  expect(limited.map(({ shape }) => shape)).toEqual([[784, 6], [6, 5]]);
});

test("weights start with the deviation that is asked for", () => {
  const { parameters } = networkFor("plain", { ...tiny, hidden: [200], init: 0.01 }, 1);
  const { data } = parameters[0].value;
  // Of 156,800 normal numbers, the mean square is within 2 % of the variance (5.6 standard errors).
  const meanSquare = Array.from(data).reduce((sum, weight) => sum + weight * weight, 0) / data.length;
  expect(meanSquare / 1e-4).toBeGreaterThan(0.98);
  expect(meanSquare / 1e-4).toBeLessThan(1.02);
});

test("a learning rate that falls in a straight line is half as high in the second of two steps", async () => {
  // Without momentum a rate r, then r/2, is the same as r for one epoch and r/2 for another.
  const one = { ...tiny, keepInput: 1, keep: 1, batchSize: 30, measureEvery: 1 };
  const digits = datasetsOf(await loadDigits(one));
  const falling = await runArm("plain", 1, { ...one, epochs: 2, lr: 0.4, decay: "linear" }, digits, () => {});
  const first = await runArm("plain", 1, { ...one, epochs: 1, lr: 0.4 }, digits, () => {});
  expect(falling.run.epochs[0]).toEqual(first.run.epochs[0]);
  const steady = await runArm("plain", 1, { ...one, epochs: 2, lr: 0.4 }, digits, () => {});
  const [from, half] = [first, falling].map(({ trained }) => trained.weights);
  const full = steady.trained.weights;
  const moved = full.findIndex((weight, i) => Math.abs(weight - from[i]) > 1e-3);
  expect((half[moved] - from[moved]) / (full[moved] - from[moved])).toBeCloseTo(0.5, 2);
});

describe("digits", () => {
  test("lie in memory that threads share", async () => {
    const { train, test: tests } = await loadDigits(tiny);
    for (const { pixels, labels } of [train, tests]) {
      expect(pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(pixels).toHaveLength(labels.length * 784);
    }
  });

  test("are measured in part where there are many: the first 10,000, in the same memory", () => {
    const many = new Dataset(new Tensor(new Float32Array(10_001 * 784), [10_001, 784]), Array(10_001).fill(3));
    const part = measuredPart(many);
    expect(part.size).toBe(10_000);
    expect(part.x.data.buffer).toBe(many.x.data.buffer);
    expect(measuredPart(part)).toBe(part);
  });
});

describe("worker threads", () => {
  let digits: Job["digits"], jobs: Job[] = [];
  beforeAll(async () => {
    digits = await loadDigits(tiny);
    jobs = (["plain", "dropout"] as const).map((arm) => ({ arm, seed: 1, settings: tiny, digits, turbo: false }));
  });
  const runs = async (atOnce: number) => {
    const outcomes = await trainAll(jobs, () => {}, atOnce);
    return outcomes.map(({ run, trained }) => ({ run, trained }));
  };

  test("one after the other, both at once or without a thread: the results are the same", async () => {
    const [one, two] = [await runs(1), await runs(2)];
    expect(two).toEqual(one);
    const { run } = await runArm("dropout", 1, tiny, datasetsOf(digits), () => {});
    expect(one[1].run).toEqual(run);
  });

  test("tell of every measurement", async () => {
    const told: string[] = [];
    await trainAll(jobs, ({ arm, done }, isMeasured) => { if (isMeasured) told.push(`${arm} ${done}`); }, 2);
    expect(told.sort()).toEqual(["dropout 1", "dropout 3", "plain 1", "plain 3"]);
  });

  test("a thread that dies ends the whole with an error that names it", async () => {
    // No array can be as long as this network's weights.
    const broken = { arm: "plain" as const, seed: 7, settings: { ...tiny, hidden: [1e14] }, digits, turbo: false };
    const long = { ...jobs[1], settings: { ...tiny, epochs: 1_000_000 } };
    await expect(trainAll([long, broken], () => {}, 2)).rejects.toThrow(RunError);
    await expect(trainAll([broken], () => {})).rejects.toThrow(/^Training of the plain network, seed 7, was/);
  });
});
