import {
  checkpointToBytes, Dropout, EarlyStopping, keepSchedule, measure, Parameter, readCheckpoint, schedule, Sequential, SGD, tensor,
} from "chainrule";
import { errorOf, rejectionOf } from "../tools.ts";
import { data, makeNetwork, makeTrainer } from "./network.ts";

// Each function returns a promise that rejects, although its type, as plain JavaScript has none, says otherwise. A
// rejection that nobody handles would end the process, and with it the test.
const rejecting = (): never => Promise.reject(new Error("late")) as never;
const fit = { epochs: 1, batchSize: 6 };

test("a monitor that is async is refused", async () => {
  const trainer = makeTrainer(makeNetwork(), { callbacks: [new EarlyStopping({ patience: 1, watch: rejecting })] });
  expect(await rejectionOf(trainer.fit(data(), fit))).toMatchObject({ where: "EarlyStopping watch", given: "a promise" });
});

test("a schedule that is async is refused", async () => {
  const trainer = makeTrainer(makeNetwork(), { callbacks: [schedule(rejecting)] });
  expect(await rejectionOf(trainer.fit(data(), fit))).toMatchObject({ where: "schedule", given: "a promise" });
});

test("a rule of keepSchedule that is async is refused", async () => {
  const dropout = new Dropout({ keep: 0.8 }), network = new Sequential([makeNetwork(), dropout]);
  const trainer = makeTrainer(network, { callbacks: [keepSchedule(dropout, rejecting)] });
  expect(await rejectionOf(trainer.fit(data(), fit))).toMatchObject({ where: "keepSchedule", given: "a promise" });
});

test("a metric whose add is async is refused", () => {
  const metrics = { own: { add: rejecting, value: 0 } };
  expect(errorOf(() => measure(makeNetwork(), data(), metrics))).toMatchObject({ where: "measure metrics, own" });
});

test("a callback whose state is async is refused by its name", () => {
  const trainer = makeTrainer(makeNetwork(), { callbacks: [{ name: "own", state: rejecting, load: () => undefined }] });
  expect(errorOf(() => checkpointToBytes(trainer))).toMatchObject({ where: "own.state", given: "a promise" });
});

test("a callback whose load is async is refused by its name", () => {
  const own = { name: "own", state: () => 1, load: rejecting };
  const bytes = checkpointToBytes(makeTrainer(makeNetwork(), { callbacks: [own] }));
  const other = makeTrainer(makeNetwork(), { callbacks: [own] });
  expect(errorOf(() => other.resume(readCheckpoint(bytes)))).toMatchObject({ where: "own.load", given: "a promise" });
});

test("a penalty that is async is refused", async () => {
  const trainer = makeTrainer(makeNetwork(), { penalty: { cost: rejecting, addGradients: () => undefined } });
  expect(await rejectionOf(trainer.fit(data(), fit))).toMatchObject({ where: "penalty cost", given: "a promise" });
});

test("a constraint that is async is refused", () => {
  const w = new Parameter("w", tensor([1]), { constraint: { apply: rejecting } });
  expect(errorOf(() => new SGD({ learningRate: 0.1 }).step([w]))).toMatchObject({ where: "constraint of w" });
});

test("an initializer that is async is refused", () => {
  const w = new Parameter("w", { shape: [2], init: { draw: rejecting } });
  expect(errorOf(() => w.value)).toMatchObject({ where: 'initializer of parameter "w"', given: "a promise" });
});
