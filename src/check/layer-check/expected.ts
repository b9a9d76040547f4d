import { checkChoice, checkNumber, checkOptions } from "../../tensor/checks.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import { sameShape, showShape } from "../../tensor/shape.ts";
import { copyOf, Tensor, tensor, type Nested } from "../../tensor/tensor.ts";
import { MODES, type Mode } from "./layer-copy.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, passed, place, plural, type Verdict } from "./verdict.ts";

/** Reference values of a layer, such as a paper's table or another framework's output, for forward. */
export interface ExpectedValues {
  /** With the batch axis; a list of Tensors for a layer with several inputs. */
  readonly x: Tensor | Nested | readonly Tensor[];
  readonly y: Tensor | Nested;
  /** Default: both. */
  readonly mode?: Mode;
  /** How far y may be off, times max(1, |y|). Default 1e-5; 1e-3 suits a table of three digits. */
  readonly tolerance?: number;
}

/** The same, checked, in float64. */
export interface Expected {
  readonly inputs: readonly Tensor[];
  readonly y: Tensor;
  readonly modes: readonly Mode[];
  readonly tolerance: number;
}

/** Said of a layer whose forward nothing was compared with. */
export const NOT_COMPARED = "forward was not compared with anything: a wrong forward passes if backward fits it. "
  + "Give reference values: expected: [{ x, y }].";

/** @throws OptionError if it is not a list of { x, y }; whatever tensor(…) throws for values that are no numbers. */
export function readExpected(given: unknown): readonly Expected[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    throw new OptionError({ where: "checkLayer expected", given: show(given), allowed: "a list of { x, y }" });
  }
  return Array.from<ExpectedValues>(given).map((one, i) => {
    const where = `checkLayer expected[${i}]`;
    checkOptions(where, one ?? null, ["x", "y", "mode", "tolerance"]);
    const { x, y, mode, tolerance = 1e-5 } = one;
    for (const [name, value] of [["x", x], ["y", y]] as const) {
      if (value !== undefined) continue;
      throw new OptionError({ where: `${where} ${name}`, given: "nothing", allowed: "numbers" });
    }
    return {
      inputs: isList(x) ? x.map(asDouble) : [asDouble(x)], y: asDouble(y),
      modes: mode === undefined ? MODES : [checkChoice(`${where} mode`, mode, MODES)],
      tolerance: checkNumber(`${where} tolerance`, tolerance, { exclusiveMin: 0 }),
    };
  });
}

function isList(x: ExpectedValues["x"]): x is readonly Tensor[] {
  return Array.isArray(x) && x[0] instanceof Tensor;
}

function asDouble(x: Tensor | Nested): Tensor {
  return x instanceof Tensor ? copyOf(x, "float64") : tensor(x, "float64");
}

/** Forward returns the expected values, in float64, with the layer's own parameters. */
export function checkExpected(subject: Subject, expected: readonly Expected[]): Verdict {
  let numbers = 0, largest = 0;
  for (const [i, { inputs, y: wanted, modes, tolerance }] of expected.entries()) {
    for (const mode of modes) {
      const y = subject.copy("float64", mode).forward(inputs), which = expected.length > 1 ? ` of expected[${i}]` : "";
      if (!sameShape(y.shape, wanted.shape)) {
        return failed(`In ${mode}, y${which} has shape ${showShape(y.shape)}, expected ${showShape(wanted.shape)}.`);
      }
      const errors = Float64Array.from(y.data, (value, at) => distance(value, wanted.data[at]));
      const at = errors.findIndex((error) => !(error <= tolerance));
      if (at >= 0) {
        const numbersSeen = `${formatNumber(y.data[at])}, expected ${formatNumber(wanted.data[at])}`;
        const also = plural(errors.filter((error) => !(error <= tolerance)).length, "number");
        return failed(`In ${mode}, ${place("y", y, at)}${which} is ${numbersSeen}; ${also} of ${errors.length} `
          + `beyond the tolerance ${tolerance}. backward may be right all the same: it is compared with this forward.`);
      }
      numbers += errors.length;
      largest = errors.reduce((most, error) => Math.max(most, error), largest);
    }
  }
  return passed(`${plural(numbers, "number")} as expected, largest error ${formatNumber(largest)}.`);
}

/** Relative to numbers above 1; equal infinities, and NaN beside NaN, are 0 apart. */
function distance(value: number, wanted: number): number {
  if (Object.is(value, wanted)) return 0;
  return Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
}
