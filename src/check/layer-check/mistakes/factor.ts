import type { AnyLayer } from "../../../nn/layer.ts";
import { formatNumber } from "../verdict.ts";
import { example, factorOf, near, type Finding, type KnownMistake } from "./compare.ts";

const sign: KnownMistake = {
  name: "sign",
  find(target) {
    if (!near(factorOf(target) ?? 0, -1)) return undefined;
    return {
      seen: `Yours is the numeric gradient with the other sign everywhere (${example(target)}).`,
      meaning: "A minus is missing or one too many, as from a subtraction in forward.",
      question: "When this number grows a little, does y grow or shrink?",
    };
  },
};

/** Slips that multiply by a number made of the batch's rows. */
function byRows(name: string, power: (rows: number) => number, told: Omit<Finding, "seen">): KnownMistake {
  return {
    name,
    find(target, { rows }) {
      const factor = factorOf(target);
      if (factor === undefined || !near(factor, power(rows))) return undefined;
      const share = factor < 1 ? `1/${Math.round(1 / factor)}` : String(factor);
      const seen = `Yours is ${share} of the numeric gradient, with ${rows} rows in the batch (${example(target)}).`;
      return { seen: factor < 1 ? seen : seen.replace(" of ", " times "), ...told };
    },
  };
}

const averaged = byRows("averaged over the batch", (rows) => 1 / rows, {
  meaning: "Backward divides by the number of rows. The loss has done so already: its dy holds the 1/rows.",
  question: "Who takes the mean over the batch here, the loss or the layer? Only one of them should.",
});

const averagedTwice = byRows("averaged over the batch twice", (rows) => 1 / (rows * rows), {
  meaning: "Backward divides by the number of rows twice; the loss, whose dy it gets, has done so already.",
  question: "Which two lines divide by the batch size? Layers need neither.",
});

const multiplied = byRows("multiplied by the batch", (rows) => rows, {
  meaning: "The sum over the batch is taken once more, often in a loop within the loop over rows.",
  question: "How often does your innermost line run for each row?",
});

const two: KnownMistake = {
  name: "factor 2",
  find(target) {
    const factor = factorOf(target);
    if (factor === undefined || !(near(factor, 2) || near(factor, 0.5))) return undefined;
    return {
      seen: `Yours is ${factor > 1 ? "twice" : "half"} the numeric gradient everywhere (${example(target)}).`,
      meaning: "A 2 is lost or gained, as when a square is derived: the derivative of x² is 2x, of x²/2 it is x.",
      question: "Which power does forward take, and does it come down in front in backward?",
    };
  },
};

/** "keep", where the factor is a number among the layer's fields, or "1/keep" and the like. */
function nameOfFactor(layer: AnyLayer, factor: number): string | undefined {
  for (const [name, value] of Object.entries(layer) as [string, unknown][]) {
    if (typeof value !== "number" || value === 0 || value === 1) continue;
    const forms: readonly [string, number][] = [
      [name, value], [`1/${name}`, 1 / value],
      [`1 - ${name}`, 1 - value], [`1/(1 - ${name})`, 1 / (1 - value)],
      [`${name} squared`, value * value], [`1/${name} squared`, 1 / (value * value)],
    ];
    const form = forms.find(([, number]) => near(number, factor));
    if (form !== undefined) return form[0];
  }
  return undefined;
}

const constant: KnownMistake = {
  name: "constant factor",
  find(target, { specimen }) {
    const factor = factorOf(target);
    if (factor === undefined) return undefined;
    const name = nameOfFactor(specimen.layer, factor);
    const shown = `${formatNumber(factor)}${name === undefined ? "" : ` = ${name}`}`;
    return {
      seen: `Yours is right up to a constant factor ${shown} (${example(target)}).`,
      meaning: "A number by which forward multiplies or divides is left out, used twice, or another in backward.",
      question: "What did forward multiply by?",
    };
  },
};

export const FACTOR = [sign, averaged, averagedTwice, multiplied, two, constant] as const;
