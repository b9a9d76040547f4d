import { expect, test } from "@jest/globals";
import { Stopwatch } from "../../src/cli/experiment/stopwatch.ts";
import { TimeLeft } from "../../src/cli/experiment/time-left.ts";

const nothing = { loss: null, trainError: null, testError: null, samplesPerSecond: null };

test("after a tenth the time left of a training is right within a third, although its first step is slow", () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  // The first of 100 epochs takes 5 s, the others 0.1 s each.
  for (let epoch = 1; epoch <= 100; epoch++) {
    now += epoch === 1 ? 5000 : 100;
    watch.train(epoch);
    const left = watch.secondsLeft(epoch, 100 - epoch, 0), truth = (100 - epoch) / 10;
    if (epoch >= 10) expect(Math.abs((left ?? NaN) - truth)).toBeLessThanOrEqual(truth / 3 + 1e-9);
  }
});

test("the time left follows a machine that becomes half as fast", () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  for (let epoch = 1; epoch <= 60; epoch++) {
    now += epoch <= 20 ? 100 : 200;
    watch.train(epoch);
  }
  expect(watch.secondsLeft(60, 40, 0)).toBeCloseTo(8, 0);
});

test("before a second step there is no time left to tell", () => {
  const watch = new Stopwatch(() => 0);
  expect(watch.secondsLeft(0, 10, 0)).toBeNull();
  watch.train(0.25);
  expect(watch.secondsLeft(0.25, 9.75, 0)).toBeNull();
});

test("measurements that are still to come count with what they took so far", () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  for (let epoch = 1; epoch <= 2; epoch++) {
    now += 1000;
    watch.train(epoch);
    now += 500;
    watch.measure();
  }
  expect(watch.secondsLeft(2, 3, 3)).toBeCloseTo(3 * 1 + 3 * 0.5, 12);
});

test("ten trainings of 10 s on two workers have 45 s left when the first two are half done", () => {
  const time = new TimeLeft(10, 2);
  for (const key of ["a", "b"]) {
    time.progress(key, key, { ...nothing, epochs: 100, done: 0, secondsLeft: null });
    time.progress(key, key, { ...nothing, epochs: 100, done: 50, secondsLeft: 5 });
  }
  expect(time.whole()).toMatchObject({ done: 0, tasks: 10, share: 0.1 });
  expect(time.whole().secondsLeft).toBeCloseTo((5 + 5 + 8 * 10) / 2, 9);
});
