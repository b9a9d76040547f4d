import type { AnyLayer } from "../../../nn/layer.ts";
import { sizeOf } from "../../../tensor/shape.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { formatNumber } from "../verdict.ts";
import { OF_ONE } from "./expressions.ts";
import { factorOf, near, type Facts, type Finding, type KnownMistake } from "./facts.ts";
import { inBrackets } from "./local.ts";
import { gradientWith } from "./what-if.ts";

const sign: KnownMistake = {
  name: "sign",
  find(facts) {
    if (!near(factorOf(facts) ?? 0, -1)) return undefined;
    return {
      seen: `Yours is the numeric gradient with the other sign everywhere: a minus is wrong ${facts.example}.`,
      meaning: "A minus is missing or one too many, as from a subtraction in forward.",
      question: "When this number grows a little, does y grow or shrink?",
    };
  },
};

/** Mistakes that multiply by a number made of the batch's rows. */
function byRows(name: string, power: (rows: number) => number, told: Omit<Finding, "seen">): KnownMistake {
  return {
    name,
    find(facts) {
      const factor = factorOf(facts), { rows } = facts.evidence;
      if (factor === undefined || !near(factor, power(rows))) return undefined;
      const share = factor < 1 ? `1/${Math.round(1 / factor)}` : String(factor);
      const seen = `Yours is ${share} of the numeric gradient, with ${rows} rows in the batch ${facts.example}.`;
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
  find(facts) {
    const factor = factorOf(facts);
    if (factor === undefined || !(near(factor, 2) || near(factor, 0.5))) return undefined;
    return {
      seen: `Yours is ${factor > 1 ? "twice" : "half"} the numeric gradient everywhere, a factor of 2 `
        + `${facts.example}.`,
      meaning: "A 2 is lost or gained, as when a square is derived, or one use of two is counted, or both are twice: "
        + "the derivative of x² is 2x, of x²/2 it is x.",
      question: "Which power does forward take, and does it come down in front in backward?",
    };
  },
};

/**
 * Numbers with a name: those among the layer's fields, its parameters of one number, and how many there are of
 * what.
 */
function namedNumbers({ evidence, target }: Facts): readonly (readonly [string, number])[] {
  const layer: AnyLayer = evidence.copy.layer, { inputs, y } = evidence;
  const fields = Object.entries(layer).filter((one): one is [string, number] => typeof one[1] === "number");
  const single = layer.parameters.filter(({ value }) => value.data.length === 1)
    .map(({ name, value }) => [name, value.data[0]] as const);
  return [
    ...fields, ...single,
    ["the number of columns", inputs[0].data.length / inputs[0].shape[0]], ["the numbers of x", inputs[0].data.length],
    ["the numbers of a row of y", y.data.length / y.shape[0]], ["the numbers of y", y.data.length],
    [`the numbers of ${target.name}`, sizeOf(target.shape)],
  ];
}

/** State of one number that forward changed: by how much, if backward read it after that, or forward's other one. */
function changedState({ evidence: { copy, inputs } }: Facts): readonly (readonly [string, number])[] {
  const of = () => Object.entries(copy.layer).flatMap(([name, value]: [string, unknown]) =>
    (value instanceof Tensor && value.data.length === 1 ? [[name, value.data[0]] as const] : []));
  const before = new Map((copy.rewind(), of()));
  copy.forward(inputs);
  return of().flatMap(([name, now]) => (before.get(name) === now ? [] : [[
    `the state ${name} before forward changed it, by ${name} after that,`, (before.get(name) ?? NaN) / now] as const]));
}

/** "keep", if the factor is a number among the layer's fields, or "1/keep" and the like. */
export function nameOfFactor(facts: Facts, factor: number): string | undefined {
  for (const [name, value] of [...namedNumbers(facts), ...changedState(facts)]) {
    if (value === 0 || value === 1) continue;
    const forms: readonly [string, number][] = [
      [name, value], [`1/${name}`, 1 / value],
      [`1 - ${name}`, 1 - value], [`1/(1 - ${name})`, 1 / (1 - value)],
      [`${name} squared`, value * value], [`1/${name} squared`, 1 / (value * value)],
      [`√${name}`, Math.sqrt(value)], [`1/√${name}`, 1 / Math.sqrt(value)],
      [`(${name} - 1)/${name}`, (value - 1) / value], [`${name}/(${name} - 1)`, value / (value - 1)],
    ];
    const form = forms.find(([, number]) => near(number, Math.abs(factor)));
    if (form !== undefined) return factor < 0 ? `-${form[0]}` : form[0];
  }
  return undefined;
}

/** A function of a parameter of one number, as the derivative of tanh(a): known as it follows the parameter. */
const ofOneParameter: KnownMistake = {
  name: "inner derivative forgotten",
  find(facts) {
    const factor = factorOf(facts), { evidence: { copy: { layer } }, target } = facts;
    if (factor === undefined || nameOfFactor(facts, factor) !== undefined) return undefined;
    for (const [index, { name, value: { data } }] of layer.parameters.entries()) {
      const isOwn = !facts.isInput && target.index === index;
      if (data.length > 1) continue;
      const isIt = (value: number) => near(Math.abs(1 / factor), Math.abs(value));
      const [form, f] = OF_ONE.find(([text, of]) => text.includes("(") && isIt(of(data[0]))) ?? [];
      if (form === undefined || f === undefined) continue;
      const moved = 0.6 * data[0] + 0.21, there = gradientWith(facts, { layer: (other) => {
        other.layer.parameters[index].value.data[0] = moved;
      } });
      const by = (factor * f(data[0])) / f(moved);
      if (there?.yours.every((value, e) => near(value, by * there.right[e], 10 * target.largest)) !== true) continue;
      const shown = `${factor < 0 ? "-" : ""}${inBrackets(form.replaceAll("u", name))}`;
      const what = isOwn ? `the derivative of what forward makes of ${name} first` : "which forward has";
      return {
        seen: `Yours lacks the factor ${shown}, ${what}: the error follows ${name} just so ${facts.example}.`,
        meaning: "By the chain rule the derivative of every function between this number and y is multiplied in.",
        question: `What does forward compute of ${name} before it is used?`,
      };
    }
    return undefined;
  },
};

const constant: KnownMistake = {
  name: "constant factor",
  find(facts) {
    const factor = factorOf(facts);
    if (factor === undefined) return undefined;
    const name = nameOfFactor(facts, factor);
    const shown = `${formatNumber(factor)}${name === undefined ? "" : ` = ${name}`}`;
    return {
      seen: `Yours is right up to a constant factor ${shown}: a scale, an inner derivative, a power or a mean's `
        + `divisor ${facts.example}.`,
      meaning: "A number by which forward multiplies or divides is left out, used twice, or another in backward.",
      question: "What did forward multiply by?",
    };
  },
};

export const FACTOR = [sign, averaged, averagedTwice, multiplied, two, ofOneParameter, constant] as const;
