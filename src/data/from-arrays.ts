import { LoadedArray, type LoadedNumbers } from "../formats/loaded.ts";
import { DataError, OptionError, show } from "../tensor/errors.ts";
import { showShape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { Dataset } from "./dataset.ts";

/**
 * Makes a data set from two arrays read from files: one row of float32 numbers for each index along the first axis of
 * `x`, with further axes flattened, and one class for each row. Pixels keep their range, 0 to 255.
 * @throws DataError if the two arrays seem to be swapped, differ in length, or labels are not integers.
 * @example
 * const data = fromArrays(await loadNumbers("t10k-images-idx3-ubyte"), await loadNumbers("t10k-labels-idx1-ubyte"));
 */
export function fromArrays(x: LoadedNumbers, labels: LoadedNumbers): Dataset {
  for (const [where, array] of [["fromArrays x", x], ["fromArrays labels", labels]] as const) {
    if (array instanceof LoadedArray) continue;
    throw new OptionError({ where, given: show(array), allowed: "an array that a file was read into" });
  }
  checkPair(x, labels);
  const [rows, ...axes] = x.shape;
  const numbers = new Tensor(x.toTensor("float32").data, [rows, sizeOf(axes)]);
  return new Dataset(numbers, Array.from(labels.data, Number));
}

/** Images have more axes than their labels, and as many rows. */
function checkPair(x: LoadedNumbers, labels: LoadedNumbers): void {
  const refuse = (where: string, array: LoadedNumbers, allowed: string, advice = ""): never => {
    const given = `${array.dtype} of shape ${showShape(array.shape)}`;
    throw new DataError({ where: `fromArrays ${where}`, given, allowed, advice });
  };
  const advice = x.shape.length < labels.shape.length ? "x and labels seem to be exchanged." : "";
  if (x.shape.length < 2) refuse("x", x, "at least two axes, rows first", advice);
  if (labels.shape.length !== 1 || !/int|bool/.test(labels.dtype)) {
    refuse("labels", labels, "one axis of integers, a class for each row of x", advice);
  }
  if (labels.shape[0] !== x.shape[0]) {
    refuse("labels", labels, `${x.shape[0]} of them, as x has shape ${showShape(x.shape)}`);
  }
}
