/** Training that signals itself: node signals.mjs two|unsaved|eleven|throw|many FOLDER. */
import { Affine, CrossEntropy, saveOnSignal, Sequential, SGD, toys, Trainer, type Callback } from "chainrule/node";

const [how, folder] = process.argv.slice(2), data = toys.spirals({ rows: 90, seed: 1 });
const make = (name: string, more: readonly Callback[] = []) => new Trainer(new Sequential([new Affine(2, 3)]), {
  loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }), callbacks: [saveOnSignal(`${folder}/${name}`), ...more],
});
const kill: Callback = { onStepEnd(_, { epoch, step }) { if (epoch === 1 && step === 1) process.kill(process.pid, "SIGINT"); } };

if (how === "two") {
  await Promise.all([make("first", [kill]).fit(data, { epochs: 1e6 }), make("second").fit(data, { epochs: 1e6 })]);
} else if (how === "unsaved") {
  const there = make("there").fit(data, { epochs: 1e6 });
  await Promise.all([make("missing/first", [kill]).fit(data, { epochs: 1e6 }), there]);
} else if (how === "eleven") {
  const fits = Array.from({ length: 11 }, (_, i) => make(`fit ${i}`, i === 10 ? [kill] : []).fit(data, { epochs: 1e6 }));
  await Promise.all(fits);
} else if (how === "throw") {
  process.on("SIGINT", () => process.exit(7));
  const failing: Callback = { onStepEnd() { throw new Error("mine"); } };
  await make("failed", [kill, failing]).fit(data, { epochs: 1 }).catch(() => undefined);
  for (;;) await new Promise((resolve) => { setImmediate(resolve); });
} else {
  for (let i = 0; i < 1e6; i++) await make("many", [kill]).fit(data, { epochs: 1 });
}
