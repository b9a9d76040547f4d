import { BufferPool, empty, usePool } from "../../src/tensor/buffer-pool.ts";
import { Tensor, type Numbers } from "../../src/tensor/tensor.ts";

const LONG = 600;

function withPool<T>(memory: BufferPool, run: () => T): T {
  usePool(memory);
  const result = run();
  usePool(undefined);
  return result;
}

/** The arrays that a step of this memory gets for tensors of these lengths. */
function step(memory: BufferPool, lengths: readonly number[], held = new Set<Numbers>()): readonly Numbers[] {
  memory.begin(held);
  const arrays = withPool(memory, () => lengths.map((length) => empty([length], length, "float32").data));
  memory.end();
  return arrays;
}

test("the next step but one gets a step's arrays again, each once", () => {
  const memory = new BufferPool(Infinity);
  const first = step(memory, [LONG, LONG, 700]), second = step(memory, [LONG, LONG, 700]);
  expect(new Set([...first, ...second]).size).toBe(6);
  const third = step(memory, [LONG, 700, LONG]);
  expect(third[0]).toBe(first[0]);
  expect(third[1]).toBe(first[2]);
  expect(third[2]).toBe(first[1]);
});

test("what somebody still holds is left to them", () => {
  const memory = new BufferPool(Infinity);
  const [held, free] = step(memory, [LONG, LONG]);
  step(memory, [LONG, LONG]);
  const third = step(memory, [LONG, LONG], new Set([held]));
  expect(third).not.toContain(held);
  expect(third).toContain(free);
});

test("arrays where kernels work are kept through steps that have no use for them, as room there is not given back", () => {
  const made: Numbers[] = [], makePart = (length: number) => new Float32Array(2 * length).subarray(length);
  const memory = new BufferPool(Infinity, (length) => made[made.push(makePart(length)) - 1]);
  const [first] = step(memory, [LONG]);
  for (const length of [LONG, 700, 700]) step(memory, [length]);
  expect(step(memory, [LONG])[0]).toBe(first);
  expect(made.length).toBe(4);
});

test("without room where kernels work, arrays are ordinary ones, and a tensor that is held has the same numbers", () => {
  const memory = new BufferPool(Infinity, () => undefined), x = new Tensor(new Float32Array(LONG).fill(3), [2, 300]);
  memory.begin(new Set());
  const held = memory.copyOf(x);
  memory.end();
  expect(held).toEqual(x);
  expect(held.data).not.toBe(x.data);
});

test("what a step has no use for is let go, so that changing sizes pile up nothing", () => {
  const memory = new BufferPool(Infinity);
  const [first] = step(memory, [LONG]);
  step(memory, [LONG]);
  step(memory, [700]);
  step(memory, [700]);
  expect(step(memory, [LONG])[0]).not.toBe(first);
});

test("a step that failed has taken the arrays that the next one takes", () => {
  const memory = new BufferPool(Infinity);
  step(memory, [LONG]);
  memory.begin(new Set());
  const failed = withPool(memory, () => empty([LONG], LONG, "float32").data);
  expect(step(memory, [LONG])[0]).toBe(failed);
});

test("a memory that may keep less than a step took keeps nothing of it", () => {
  const memory = new BufferPool(1000);
  const [first] = step(memory, [LONG, LONG]);
  step(memory, [LONG]);
  expect(step(memory, [LONG])[0]).not.toBe(first);
});

test("outside of a step, in float64 and where they are short, arrays are fresh and zero", () => {
  const memory = new BufferPool(Infinity);
  expect(empty([LONG], LONG, "float32").data).not.toBe(empty([LONG], LONG, "float32").data);
  const kinds = () => [empty([LONG], LONG, "float64").data, empty([8], 8, "float32").data];
  const [first, second, third] = [0, 1, 2].map(() => {
    memory.begin(new Set());
    const arrays = withPool(memory, kinds);
    for (const array of arrays) expect(array.every((value) => value === 0)).toBe(true);
    for (const array of arrays) array.fill(1);
    memory.end();
    return arrays;
  });
  expect(new Set([...first, ...second, ...third]).size).toBe(6);
});
