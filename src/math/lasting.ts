/**
 * Arrays that live long and are worked on often, such as weights, live where the kernels reach them without copies:
 * together with those that go with them in a WebAssembly memory of their own, which never grows and nobody else gets.
 * So no view of them is ever cut off, and the memory is freed as any array is, when nothing refers to it any more.
 */
import { allocate, ofSameKind, Tensor, type Numbers } from "../tensor/tensor.ts";
import { Arena } from "./arena.ts";
import { hasKernels } from "./kernels.ts";
import { threadCount } from "./threads.ts";

/** Shorter ones are copied faster than a memory is made. */
const LEAST_LENGTH = 16384;

/** A value, its gradient and what an optimizer keeps beside it. */
const TOGETHER = 4;

/** Room to work; pages nobody touches cost nothing. */
const WORK_BYTES = 12 << 20;

const homes = new WeakMap<Numbers, Arena>();
const supported = hasKernels();

/** The memory an array lives in, when it does. */
export function homeOf(array: Numbers): Arena | undefined {
  return homes.get(array);
}

/** A copy of a tensor that will live long. */
export function lasting(x: Tensor): Tensor {
  const data = settled(x.data);
  data.set(x.data);
  return new Tensor(data, x.shape, x.meaning);
}

/** Zeros that will live as long as x and be worked on together with it. */
export function lastingZeros(x: Tensor): Tensor {
  const home = homes.get(x.data);
  const beside = home?.settle(x.data.length);
  if (home === undefined || beside === undefined) return new Tensor(allocate(x.data.length, x.dtype), x.shape);
  homes.set(beside, home);
  return new Tensor(beside, x.shape);
}

function settled(like: Numbers): Numbers {
  if (like instanceof Float32Array && like.length >= LEAST_LENGTH && supported) {
    try {
      const arena = new Arena(TOGETHER * (4 * like.length + 256) + WORK_BYTES, true, threadCount() > 1);
      const array = arena.settle(like.length);
      if (array !== undefined) {
        homes.set(array, arena);
        return array;
      }
    } catch (error) {
      // No more address space for another memory: an ordinary array does as well, only slower.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return ofSameKind(like, like.length);
}
