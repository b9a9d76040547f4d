import { readFileSync } from "node:fs";
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

const worksOf = (amounts: Readonly<Record<string, number>>) => (
  new Map(Object.entries(amounts).map(([key, amount]) => [key, { amount, kind: key }])));

/** Trainings of so much work each, in lanes that do one unit a second each, told every tenth of a second. */
function simulated(works: readonly number[], { lanes, cores, paceAt = () => 1, amountOf = (work) => work }: {
  lanes: number; cores: number; paceAt?: (seconds: number) => number; amountOf?: (work: number) => number;
}): readonly { readonly at: number; readonly left: number | null }[] {
  let now = 0, next = 0;
  const time = new TimeLeft(new Map(works.map((amount, i) => [`${i}`, { amount: amountOf(amount), kind: `${amount}` }])), cores, () => now);
  const running = new Map<number, number>(), told: { at: number; left: number | null }[] = [];
  for (let ended = 0; ended < works.length;) {
    while (running.size < lanes && next < works.length) {
      time.start(`${next}`);
      time.progress(`${next}`, { ...nothing, epochs: 100, done: 0, secondsLeft: null });
      running.set(next++, 0);
    }
    now += 100;
    const each = (0.1 * paceAt(now / 1000) * Math.min(running.size, cores)) / running.size;
    for (const [i, before] of running) {
      const done = Math.min(works[i], before + each);
      time.progress(`${i}`, { ...nothing, epochs: 100, done: (100 * done) / works[i], secondsLeft: null });
      running.set(i, done);
      if (done < works[i]) continue;
      running.delete(i);
      time.end(`${i}`);
      ended++;
    }
    told.push({ at: now / 1000, left: time.whole().secondsLeft });
  }
  return told;
}

/** How far off each estimate after the first tenth was, as a share of the truth. */
function misses(told: ReturnType<typeof simulated>): readonly number[] {
  const end = told.at(-1)?.at ?? NaN;
  return told.filter(({ at }) => at >= end / 10 && at < end - 1)
    .map(({ at, left }) => Math.abs((left ?? Infinity) - (end - at)) / (end - at));
}

test("after a tenth the time left of a whole run is right within a third, however many trainings run at once", () => {
  for (const lanes of [1, 2, 3, 4, 8]) {
    expect(Math.max(...misses(simulated(Array.from({ length: 12 }, () => 10), { lanes, cores: 2 })))).toBeLessThan(1 / 3);
  }
});

test("after a tenth it is right within a third although the trainings of a sweep grow by factors", () => {
  const works = [1, 2, 4, 8, 16, 32, 1, 2, 4, 8, 16, 32];
  for (const lanes of [1, 2, 4]) expect(Math.max(...misses(simulated(works, { lanes, cores: 2 })))).toBeLessThan(1 / 3);
});

test("from the second seed on it is right within a third although nothing is known of how the networks differ", () => {
  const works = Array.from({ length: 5 }, () => [2, 4, 8, 16]).flat(), amountOf = () => 1;
  for (const lanes of [1, 2, 4]) {
    const told = simulated(works, { lanes, cores: 2, amountOf }), end = told.at(-1)?.at ?? NaN;
    const late = misses(told).slice(Math.ceil(told.length / 4 - told.findIndex(({ at }) => at >= end / 10)));
    expect(Math.max(...late)).toBeLessThan(1 / 3);
  }
});

/** A run of ten trainings on two cores, as it was observed: [ms, what, number of the training, share]. */
interface RecordedRun {
  readonly amount: number;
  readonly kinds: readonly number[];
  readonly events: readonly (readonly [at: number, what: string, of: number, share?: number, threads?: number])[];
}

test("in a recorded run it is right within a third from a seventh on, until five seconds before the end", () => {
  const { amount, kinds, events } = JSON.parse(
    readFileSync(new URL("recorded-run.json", import.meta.url), "utf8")) as RecordedRun;
  let now = 0;
  const time = new TimeLeft(new Map(kinds.map((kind, i) => [`${i}`, { amount, kind: `${kind}` }])), 2, () => now);
  const end = events.at(-1)?.[0] ?? NaN;
  for (const [at, what, of, share = 0, threads = 0] of events) {
    now = at;
    if (what === "expect") time.expect(of, share, threads);
    else if (what === "start") time.start(`${of}`);
    else if (what === "end") time.end(`${of}`);
    else time.progress(`${of}`, { ...nothing, epochs: 1, done: share, secondsLeft: null });
    const left = (end - at) / 1000;
    if (at < end / 7 || left < 5) continue;
    expect(Math.abs((time.whole().secondsLeft ?? Infinity) - left) / left).toBeLessThan(1 / 3);
  }
});

test("it follows a machine that becomes half as fast", () => {
  const told = simulated(Array.from({ length: 20 }, () => 10), { lanes: 2, cores: 2,
    paceAt: (seconds) => (seconds < 30 ? 1 : 0.5) });
  const late = told.filter(({ at }) => at > 100), end = told.at(-1)?.at ?? NaN;
  for (const { at, left } of late.slice(0, -10)) expect(Math.abs((left ?? 0) - (end - at))).toBeLessThan((end - at) / 3);
});

test("before the threads have loaded their program, what was tried counts, and the time that they take", () => {
  let now = 0;
  const time = new TimeLeft(worksOf({ a: 10, b: 10 }), 2, () => now);
  time.start("a");
  expect(time.whole().secondsLeft).toBeNull();
  time.expect(2, 4000, 2);
  expect(time.whole().secondsLeft).toBe(4 + 10 / 2);
  now = 3000;
  expect(time.whole().secondsLeft).toBe(1 + 10 / 2);
});

test("a training that continues counts with what is left of it", () => {
  let now = 0;
  const time = new TimeLeft(worksOf({ a: 10 }), 1, () => now);
  time.start("a");
  for (const done of [50, 51, 61]) {
    time.progress("a", { ...nothing, epochs: 100, done, secondsLeft: null });
    now += 1000;
  }
  // A tenth took 1 s from one report to the next: 3.9 s for the rest.
  expect(time.whole()).toMatchObject({ done: 0, tasks: 1 });
  expect(time.whole().secondsLeft).toBeCloseTo(3.9, 9);
  expect(time.whole().share).toBeCloseTo(0.61, 12);
});
