import { afterEach, expect, jest, test } from "@jest/globals";
import { Dataset, type Callback } from "chainrule";
import { spread32 } from "../tools.ts";
import { data, makeNetwork, makeTrainer } from "./network.ts";

afterEach(() => { jest.restoreAllMocks(); });

/** A clock that each look at it, or each call of `tick`, sets on: what happens depends on no other. */
function handClock(): (milliseconds: number) => void {
  let now = performance.now();
  jest.spyOn(performance, "now").mockImplementation(() => now);
  return (milliseconds) => { now += milliseconds; };
}

/** How often the event loop comes round while something runs. */
async function turnsWhile(run: () => Promise<unknown>): Promise<number> {
  let turns = 0, isOver = false;
  const count = () => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await run();
  isOver = true;
  return turns;
}

test("fault 69: epochs shorter than 50 ms let others have their turn every 50 ms, over many fits, too", async () => {
  const tick = handClock(), slow: Callback = { onStepEnd: () => tick(10) };
  const trainer = makeTrainer(makeNetwork(), { callbacks: [slow] });
  // 3 steps of 10 ms an epoch, 40 epochs: 1,200 ms, so at least 23 turns.
  expect(await turnsWhile(() => trainer.fit(data(), { epochs: 40, batchSize: 4 }))).toBeGreaterThanOrEqual(23);
  const many = async () => { for (let i = 0; i < 40; i++) await trainer.fit(data(), { epochs: 1, batchSize: 4 }); };
  expect(await turnsWhile(many)).toBeGreaterThanOrEqual(23);
});

test("fault 69: validation within fit lets others have their turn between its batches", async () => {
  const tick = handClock(), network = makeNetwork(), predict = network.predict.bind(network);
  network.predict = (x) => {
    tick(60);
    return predict(x);
  };
  const validation = new Dataset(spread32(2560, 3), Array(2560).fill(0)), trainer = makeTrainer(network);
  expect(await turnsWhile(() => trainer.fit(data(), { epochs: 1, validation }))).toBeGreaterThanOrEqual(10);
});

test("without setImmediate, as in browsers, a MessageChannel gives the turn, and timers none", async () => {
  const tick = handClock(), immediate = globalThis.setImmediate, timer = jest.spyOn(globalThis, "setTimeout");
  const channel = globalThis.MessageChannel;
  let channels = 0;
  class Counted extends channel {
    constructor() {
      super();
      channels++;
    }
  }
  const trainer = makeTrainer(makeNetwork(), { callbacks: [{ onStepEnd: () => tick(60) }] });
  Object.assign(globalThis, { setImmediate: undefined, MessageChannel: Counted });
  try {
    await trainer.fit(data(), { epochs: 1, batchSize: 4 });
  } finally {
    Object.assign(globalThis, { setImmediate: immediate, MessageChannel: channel });
  }
  expect(channels).toBeGreaterThanOrEqual(3);
  expect(timer).not.toHaveBeenCalled();
});
