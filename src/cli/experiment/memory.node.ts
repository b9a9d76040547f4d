/** Whether a training fits into memory: a system that has none left may end all trainings at once. */
import { freemem } from "node:os";
import type { Network } from "../../network/network.ts";
import { ChainruleError, OptionError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";

/** Arrays of each parameter in a step: weights, gradients, and new weights, which are applied once all are computed. */
const ARRAYS = 3;

const inGigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** What the system can still give, or the container; Node before 20.13 knows nothing of containers. */
function availableMemory(): number {
  const ask: unknown = Reflect.get(process, "availableMemory");
  return typeof ask === "function" ? Number(Reflect.apply(ask, process, [])) : freemem();
}

/** @throws OptionError if the numbers of a network and of a step need more memory than there is. */
export function checkMemory({ parameters, dtype }: Network, available = availableMemory()): void {
  const count = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const needed = ARRAYS * count * (dtype === "float32" ? 4 : 8);
  if (needed <= available) return;
  const given = `${count} weights, which need ${inGigabytes(needed)} with their gradients`;
  const allowed = `at most the ${inGigabytes(available)} that are free`;
  throw new OptionError({ where: "memory", given, allowed, advice: "Use smaller layers, or fewer --workers." });
}

/** What a system, an engine, or the framework says if there is no memory. */
export function isOfMemory(error: unknown): boolean {
  if (error instanceof ChainruleError) return error.where === "memory";
  return error instanceof RangeError && /allocat|memory/i.test(error.message);
}
