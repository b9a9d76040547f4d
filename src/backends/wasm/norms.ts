import type { Numbers } from "../../tensor/tensor.ts";
import type { Units } from "../backend.ts";
import { alignedSize } from "./arena.ts";
import type { Done } from "./availability.ts";
import { familyKernels } from "./family-kernels.ts";
import { allFloat32, isSmall, placed } from "./scratch.ts";

/** The least normal number of float32: below it limits lose digits. */
const LEAST_LIMIT = 1.1754943508222875e-38;

export function maxNorm(value: Numbers, units: Units, limit: number): Done {
  if (isSmall(value) || !allFloat32(value) || units.inner > 1 || !(limit >= LEAST_LIMIT)) return undefined;
  const columns = units.count, { arena, at: [at] } = placed([value], alignedSize(8 * columns));
  const squares = arena.scratch(8 * columns);
  if (familyKernels(arena).maxNorm(at, value.length / columns, columns, limit, squares) === 0) return undefined;
  arena.store(value, at);
  return true;
}
