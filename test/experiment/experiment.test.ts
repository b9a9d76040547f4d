import { describe, expect, test } from "@jest/globals";
import { Affine, CrossEntropy, Sequential, SGD, toys } from "chainrule";
import { experiment, option, type ExperimentDefinition, type OptionSpecs } from "chainrule/experiment";
import dropout from "../../examples/mnist-dropout.ts";
import { readSettings, type RunSettings } from "../../src/cli/experiment/flags.node.ts";
import { usageOf } from "../../src/cli/experiment/usage.node.ts";
import { helpOf, quoted } from "../../src/cli/arguments.node.ts";
import { pointsOf } from "../../src/experiment/points.ts";

const usage = usageOf(dropout, "npm start --");

function read(...args: readonly string[]): RunSettings {
  const settings = readSettings(dropout, usage, "mnist-dropout", args);
  if (settings === undefined) throw new Error("Nothing but help was asked for");
  return settings;
}

const namesOf = (settings: RunSettings) => (
  pointsOf(dropout, settings.options, settings.sweeps, settings.random, settings.seed).map(({ name }) => name));

describe("the options of the main example", () => {
  test("stand as they are documented", () => {
    expect(read()).toMatchObject({
      options: {
        full: false, train: 1000, test: 5000, hidden: [512], keep: 0.5, keepInput: 0.8, scaling: "inverted", init: "he",
        epochs: 60, batchSize: 50, lr: 0.1, decay: "none", momentum: 0, maxNorm: "none",
      },
      seeds: 5, seed: 1, json: "out/mnist-dropout.json", report: "out/mnist-dropout.html", command: "npm start",
    });
  });

  test("are all read", () => {
    const args = "--train 100 --test 200 --hidden 512,256 --keep 0.6 --keep-input 0.9 --epochs 7 --scaling at-eval " +
      "--init 0.02 --batch-size 8 --lr 1e-2 --decay linear --momentum 0.9 --max-norm 3 " +
      "--seeds 4 --seed 0 --measure-every 2 --json a --report b --quiet";
    expect(read(...args.split(" "))).toMatchObject({
      options: {
        full: false, train: 100, test: 200, hidden: [512, 256], keep: 0.6, keepInput: 0.9, init: 0.02, epochs: 7,
        scaling: "at-eval", batchSize: 8, lr: 0.01, decay: "linear", momentum: 0.9, maxNorm: 3,
      },
      seeds: 4, seed: 0, measureEvery: 2, json: "a", report: "b", quiet: true,
    });
  });

  test.each([
    ["--keep 0", /--keep: expected a number above 0 and at most 1|--keep: expected .*got "0"/],
    ["--keep 1.5", /--keep: expected .*, got "1\.5"/],
    ["--keep-input NaN", /--keep-input: expected .*, got "NaN"/],
    ["--keep 0x1", /--keep: expected .*, got "0x1"/],
    ["--keep 0.5,", /--keep: expected .*, got ""/],
    ["--epochs 0", /--epochs: expected an integer from 1.*, got "0"/],
    ["--epochs 2.5", /--epochs: expected .*, got "2\.5"/],
    ["--batch-size -1", /--batch-size: expected .*, got "-1"/],
    ["--lr 0", /--lr: expected a number above 0.*, got "0"/],
    ["--lr Infinity", /--lr: expected .*, got "Infinity"/],
    ["--momentum 1", /--momentum: expected a number at least 0 and below 1.*, got "1"/],
    ["--max-norm 0", /--max-norm: expected a number above 0, or none.*, got "0"/],
    ["--decay square", /--decay: expected none or linear.*, got "square"/],
    ["--scaling eval", /--scaling: expected inverted or at-eval.*, got "eval"/],
    ["--train 60001", /--train: expected an integer from 1 to 60000.*, got "60001"/],
    ["--hidden 10,,10", /--hidden: expected .*, got "10,,10"/],
    ["--hidden 0", /--hidden: expected .*, got "0"/],
    ["--seed -1", /--seed: expected .*, got -1/],
    ["--seeds 0", /--seeds: expected .*, got 0/],
    ["--shard 3/2", /--shard: expected a part of all, as 2\/5, got "3\/2"/],
    ["--shard 0/2", /--shard/], ["--workers 0", /--workers/], ["--task-timeout 0", /--task-timeout/],
    ["--kep 0.3", /got an unknown option --kep\. Did you mean --keep\?/],
    ["--drop 0.2", /unknown option --drop\. PyTorch's p and Keras's rate are the probability to DROP: keep = 1 - p/],
    ["--dropout=0.2", /keep = 1 - p/], ["-p 0.2", /keep = 1 - p/],
    ["--learning-rate 1", /Did you mean --lr\?/],
    ["20", /options come after a --, or npm keeps them to itself/],
  ])("%s is refused", (args, message) => {
    expect(() => read(...args.split(" "))).toThrow(message);
  });

  test("of --full start elsewhere, and what is given beside it holds, even where it is the usual default", () => {
    expect(read("--full")).toMatchObject({
      options: { full: true, train: 60_000, test: 10_000, hidden: [1024, 1024], keep: 0.5, keepInput: 0.8 },
      seeds: 1, json: "out/mnist-full.json", report: "out/mnist-full.html",
    });
    expect(read("--full", "--json", "out/mnist-dropout.json").json).toBe("out/mnist-dropout.json");
    expect(read("--epochs", "60", "--full", "--hidden", "512", "--max-norm", "none").options).toMatchObject(
      { epochs: 60, hidden: [512], maxNorm: "none", train: 60_000 });
  });

  test("the command that repeats a run has all that is not as it would be anyway", () => {
    expect(read("--hidden", "20,10", "--max-norm", "3", "--quiet", "--json", "a").command).toBe(
      "npm start -- --hidden 20,10 --max-norm 3");
    const full = "--full --hidden 9 --init he --decay none --max-norm none";
    expect(read(...full.split(" "), "--quiet").command).toBe(`npm start -- ${full}`);
    expect(read("--full").command).toBe("npm start -- --full");
  });

  test("the command that continues a run has its files, quoted for a shell", () => {
    expect(read("--json", "x $(touch pwned).json").fullCommand).toBe("npm start -- --json 'x $(touch pwned).json'");
    expect(quoted("it's")).toBe(String.raw`'it'\''s'`);
  });

  test("given again, the last one counts", () => {
    expect(read("--epochs", "3", "--epochs", "4")).toMatchObject({ options: { epochs: 4 }, sweeps: [] });
  });

  test("no line of the help is wider than 80 columns, and all flags are there", () => {
    const lines = helpOf(usage).split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    for (const flag of ["--keep-input", "--scaling", "--seeds", "--dry"]) expect(lines.join("\n")).toContain(
      `  ${flag} `);
  });
});

describe("points", () => {
  test("without a list are the variants", () => {
    expect(namesOf(read())).toEqual(["plain", "dropout"]);
  });

  test("a list of values is swept in the variants that do not fix the option", () => {
    expect(namesOf(read("--keep", "0.3,0.5,0.8"))).toEqual(["plain", "dropout, keep 0.3", "dropout, keep 0.5",
      "dropout, keep 0.8"]);
    expect(namesOf(read("--lr", "0.1,0.2"))).toEqual(["plain, lr 0.1", "plain, lr 0.2", "dropout, lr 0.1",
      "dropout, lr 0.2"]);
  });

  test("lists of widths are swept with a slash between", () => {
    expect(namesOf(read("--hidden", "9/9,8"))).toEqual(
      ["plain, hidden 9", "plain, hidden 9,8", "dropout, hidden 9", "dropout, hidden 9,8"]);
  });

  test("several lists make a grid, of which --random draws so many, the same each time", () => {
    const grid = ["--keep", "0.3,0.5,0.8", "--lr", "0.1,0.2,0.4"];
    expect(namesOf(read(...grid)).filter((name) => name.startsWith("dropout"))).toHaveLength(9);
    const drawn = namesOf(read(...grid, "--random", "4")).filter((name) => name.startsWith("dropout"));
    expect(drawn).toHaveLength(4);
    expect(namesOf(read(...grid, "--random", "4")).filter((name) => name.startsWith("dropout"))).toEqual(drawn);
  });
});

describe("an experiment", () => {
  const right: ExperimentDefinition<OptionSpecs> = {
    title: "Moons", options: { lr: option.number(0.1, { above: 0, help: "learning rate" }) },
    data: () => ({ train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) }),
    variants: { slow: { lr: 0.01 }, fast: {} },
    network: (_, { seed }) => new Sequential([new Affine(2, 2)], { seed }),
    train: () => ({ loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), epochs: 1 }),
  };

  const of = () => 1, flags = { ...right.options, full: option.flag({ help: "all digits" }) };

  test.each([
    ["title", { title: "" }, /experiment title/], ["options", { options: 3 }, /experiment options/],
    ["an option's name", { options: { "batch-size": right.options.lr } }, /options\.batch-size/],
    ["an option", { options: { lr: 3 } }, /options\.lr/], ["variants", { variants: {} }, /experiment variants/],
    ["a variant's option", { variants: { a: { kep: 1 } } }, /variants\.a.*kep/],
    ["a variant's value", { variants: { a: { lr: -1 } } }, /variants\.a\.lr.*above 0/],
    ["network", { network: 3 }, /experiment network/], ["train", { train: undefined }, /experiment train/],
    ["presets", { presets: { lr: 3 } }, /presets\.lr/], ["an unknown field", { epochs: 3 }, /epochs/],
    ["a preset of no value", { options: flags, presets: { full: { defaults: {} } } }, /presets\.full: .*true or false, got "defaults"/],
    ["a preset's unknown field", { options: flags, presets: { full: { true: { seed: 1 } } } }, /full\.true.*Did you mean "?seeds/],
    ["a preset's seeds", { options: flags, presets: { full: { true: { seeds: 0 } } } }, /full\.true\.seeds.*, got 0/],
    ["a preset's default", { options: flags, presets: { full: { true: { defaults: { lr: 0 } } } } }, /true\.defaults\.lr.*above 0/],
    ["a preset that is none", { options: flags, presets: { full: { true: 3 } } }, /presets\.full\.true.*got 3/],
    ["an option with presets that is no option", { presets: { ful: {} } }, /experiment presets.*ful/],
    ["a sweep's option", { sweep: { lrr: [1] } }, /experiment sweep.*Did you mean "?lr/],
    ["a sweep's value", { sweep: { lr: [0.1, 0] } }, /experiment sweep\.lr.*above 0.*, got 0/],
    ["a sweep without values", { sweep: { lr: [] } }, /experiment sweep\.lr/], ["a sweep that is none", { sweep: 3 }, /experiment sweep/],
    ["a sweep of a flag", { options: flags, sweep: { full: [true, false] } }, /experiment sweep.*full/],
    ["a sweep of what presets depend on", { presets: { lr: { "0.1": {} } }, sweep: { lr: [0.1] } }, /experiment sweep.*lr/],
    ["a preset's sweep", { options: flags, presets: { full: { true: { sweep: { lr: [-1] } } } } }, /full\.true\.sweep\.lr.*above 0/],
    ["lookAt", { lookAt: ["this"] }, /experiment lookAt/], ["a name of files elsewhere", { name: "../a" }, /experiment name/],
    ["seeds", { seeds: 0 }, /experiment seeds.*, got 0/], ["measureEvery", { measureEvery: 0.5 }, /measureEvery.*, got 0\.5/],
    ["examples", { examples: "--lr 1" }, /experiment examples/], ["error", { error: Math.abs }, /experiment error/],
    ["error without of", { error: { unit: " %" } }, /experiment error\.of/],
    ["an unknown field of error", { error: { of, name: "loss" } }, /experiment error.*name/],
    ["a unit", { error: { of, unit: 3 } }, /experiment error\.unit/],
    ["decimals", { error: { of, decimals: -1 } }, /experiment error\.decimals.*, got -1/],
  ])("names the field that is wrong: %s", (_, change, message) => {
    const definition = { ...right, ...change };
    expect(() => experiment<OptionSpecs>(definition as unknown as ExperimentDefinition<OptionSpecs>)).toThrow(message);
  });

  test("refuses a default that its own range refuses", () => {
    expect(() => option.number(2, { max: 1, help: "" })).toThrow(/at most 1/);
  });

  test("refuses an option with the name of a flag of every experiment", () => {
    const subject = experiment<OptionSpecs>({ ...right, options: { seeds: option.integer(1, { help: "" }) },
      variants: { a: {} } });
    expect(() => usageOf(subject, "x")).toThrow(/options\.seeds.*Choose another name/);
  });
});

describe("an experiment with scales and sweeps of its own", () => {
  const subject = experiment({
    title: "Moons", seeds: 3,
    options: {
      scale: option.choice("quick", { from: ["quick", "paper"], help: "how much" }),
      keep: option.number(0.5, { above: 0, max: 1, help: "probability of keeping" }),
      epochs: option.integer(2, { min: 1, help: "epochs" }),
    },
    sweep: { keep: [0.2, 0.5] },
    presets: { scale: { paper: { seeds: 10, defaults: { epochs: 100 }, sweep: { keep: [0.1, 0.5, 0.9] } } } },
    data: () => ({ train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) }),
    variants: { plain: { keep: 1 }, dropout: {}, "small steps": {} },
    network: (_, { seed }) => new Sequential([new Affine(2, 2)], { seed }),
    train: ({ epochs }) => ({ loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), epochs }),
  });
  const usage = usageOf(subject, "x");
  const settingsOf = (args: string) => readSettings(subject, usage, "moons", args === "" ? [] : args.split(" "));

  test("sweeps them where nothing is given, at the first scale", () => {
    expect(settingsOf("")).toMatchObject({
      options: { scale: "quick", epochs: 2 }, sweeps: [{ name: "keep", values: [0.2, 0.5] }], seeds: 3,
      json: "out/moons.json", command: "x",
    });
  });

  test("has other defaults, another sweep and a folder of its own at another scale", () => {
    expect(settingsOf("--scale paper")).toMatchObject({
      options: { scale: "paper", epochs: 100 }, sweeps: [{ name: "keep", values: [0.1, 0.5, 0.9] }], seeds: 10,
      json: "out/moons-paper.json", report: "out/moons-paper.html", command: "x --scale paper",
    });
  });

  test("what is given counts, and is part of the command even where it is the option's own default", () => {
    expect(settingsOf("--scale paper --keep 0.5 --seeds 2")).toMatchObject({
      options: { keep: 0.5 }, sweeps: [], seeds: 2, command: "x --scale paper --keep 0.5 --seeds 2" });
    expect(settingsOf("--keep 0.2,0.5 --scale quick")?.command).toBe("x");
    expect(settingsOf("--keep 0.5,0.2")?.command).toBe("x --keep 0.5,0.2");
  });

  test("the help has the defaults of each scale", () => {
    const help = helpOf(usage).replace(/\s+/g, " ");
    expect(help).toContain("--scale <HOW> how much: quick or paper (default quick)");
    expect(help).toContain("(default 0.2, 0.5; with --scale paper 0.1, 0.5, 0.9)");
    expect(help).toContain("(default 2; with --scale paper 100)");
  });

  test("runs at one scale at a time, and at none it has not", () => {
    expect(() => settingsOf("--scale quick,paper")).toThrow(/--scale: expected one value: quick or paper, got "quick,paper"/);
    expect(() => settingsOf("--scale papr")).toThrow(/--scale: expected quick or paper, got "papr"/);
  });

  test("--only compares some of the variants, in their order", () => {
    expect(settingsOf("--only dropout,plain")).toMatchObject({ only: ["plain", "dropout"], command: "x --only plain,dropout" });
    expect(settingsOf("--only plain")?.numbers).toEqual(["--only", "plain"]);
    expect(settingsOf("")?.only).toEqual(["plain", "dropout", "small steps"]);
    expect(() => settingsOf("--only dropot")).toThrow(/--only: expected plain or dropout or small steps, got "dropot".*Did you mean dropout/);
  });
});
