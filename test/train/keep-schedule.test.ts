import { Affine, Dropout, GaussianDropout, keepSchedule, ReLU, Sequential } from "chainrule";
import { errorOf, rejectionOf } from "../tools.ts";
import { data, makeTrainer } from "./network.ts";

test("keep is what the rule says for each epoch, over several fits", async () => {
  const dropout = new Dropout({ keep: 1 }), noise = new GaussianDropout({ keep: 1 }), seen: number[][] = [];
  const network = new Sequential([new Affine(3, 8), new ReLU(), dropout, noise, new Affine(8, 2)], { seed: 4 });
  const trainer = makeTrainer(network, {
    callbacks: [
      keepSchedule([dropout, noise], (epoch) => 1 - epoch / 10),
      { onStepEnd: (_, { epoch }) => { seen.push([epoch, dropout.keep, noise.keep]); } },
    ],
  });
  await trainer.fit(data(), { epochs: 2, batchSize: 8 });
  await trainer.fit(data(), { epochs: 1, batchSize: 8 });
  expect(seen).toEqual([[1, 0.9, 0.9], [1, 0.9, 0.9], [2, 0.8, 0.8], [2, 0.8, 0.8], [3, 0.7, 0.7], [3, 0.7, 0.7]]);
});

test("a keep out of range ends the training with an error that names it", async () => {
  const dropout = new Dropout({ keep: 0.8 });
  const trainer = makeTrainer(new Sequential([new Affine(3, 2), dropout]), {
    callbacks: [keepSchedule(dropout, (epoch) => 1 - epoch / 2)],
  });
  expect(await rejectionOf(trainer.fit(data(), { epochs: 3 }))).toMatchObject({ where: "Dropout keep", given: "0" });
  expect(trainer.history).toHaveLength(1);
});

test("what is no layer of the family, or no function, is refused", () => {
  expect(errorOf(() => keepSchedule(new ReLU() as never, () => 0.8)).given).toBe("a ReLU");
  expect(errorOf(() => keepSchedule(new Dropout({ keep: 0.8 }), 0.8 as never)).given).toBe("0.8");
});
