import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "@jest/globals";
import { Affine, CrossEntropy, Sequential, SGD, toys } from "../../src/index.ts";
import { readSettings } from "../../src/cli/experiment/flags.node.ts";
import { usageOf } from "../../src/cli/experiment/usage.node.ts";
import { experiment, option } from "../../src/experiment.ts";
import { runScript, temporaryFolder } from "../examples/run-script.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

writeFileSync(folder.path("own.ts"), `
import { Affine, CrossEntropy, Layer, ReLU, scale, Sequential, SGD, toys, type Tensor } from "chainrule";
import { experiment, option } from "chainrule/experiment";

class Twice extends Layer {
  forward(x: Tensor): Tensor {
    return scale(x, 2);
  }
  backward(dy: Tensor): Tensor {
    return scale(dy, 2);
  }
}

export default experiment({
  title: "A layer of one's own",
  options: {
    own: option.flag({ help: "use it" }),
    epochs: option.integer(2, { min: 1, max: 10_000_000, help: "epochs" }),
  },
  data: () => ({ train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) }),
  variants: { usual: {}, own: { own: true } },
  network: ({ own }, { seed }) => new Sequential([
    new Affine(2, 4), new ReLU(), ...(own ? [new Twice()] : []), new Affine(4, 2),
  ], { seed }),
  train: ({ epochs }) => ({ loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), epochs }),
});
`);

const call = (name: string, ...more: readonly string[]) => ["experiment", folder.path("own.ts"), "--seeds", "1",
  "--json", folder.path(`${name}.json`), "--report", folder.path(`${name}.html`), ...more];

test("a layer whose class is not registered is compared like any other; that it is not saved under way is said once", async () => {
  const { code, out } = await runScript(call("own"));
  expect(code).toBe(0);
  const { runs } = JSON.parse(readFileSync(folder.path("own.json"), "utf8")) as { runs: readonly { arm: string }[] };
  expect(runs.map(({ arm }) => arm)).toEqual(["usual", "own"]);
  const words = out.replace(/\s+/g, " ");
  expect(words.match(/Not saved while under way, and so begun anew if interrupted: own\. Twice: .*? Say register\(Twice\)/g))
    .toHaveLength(1);
});

test("if it is interrupted, it is named as not saved", async () => {
  const { code, err } = await runScript(call("stopped", "--epochs", "10000000", "--only", "own"), (child) => {
    child.stdout?.on("data", (chunk: Buffer) => { if (chunk.toString().includes("epoch")) child.kill("SIGINT"); });
  });
  expect(code).toBe(130);
  expect(err).toMatch(/The training of own, seed 1, is not saved: Twice: [^]*Stopped by Ctrl-C; the rest is saved\./);
});

test("--random without several values of an option is refused, and says how it is meant", () => {
  const subject = experiment({
    title: "T", options: { lr: option.number(0.1, { above: 0, help: "learning rate" }) }, variants: { one: {} },
    data: () => ({ train: toys.twoMoons({ seed: 1 }), test: toys.twoMoons({ seed: 2 }) }),
    network: () => new Sequential([new Affine(2, 2)], { seed: 1 }),
    train: ({ lr }) => ({ loss: new CrossEntropy(), optimizer: new SGD({ learningRate: lr }), epochs: 2 }),
  });
  const read = (...args: readonly string[]) => readSettings(subject, usageOf(subject, "run"), "x", args);
  expect(() => read("--random", "3")).toThrow(
    "--random: expected points of a grid: several values of an option, got one value of each. As --lr 0.01,0.1,1 --random 2.");
  expect(read("--random", "2", "--lr", "0.1,0.2,0.3")?.random).toBe(2);
});
