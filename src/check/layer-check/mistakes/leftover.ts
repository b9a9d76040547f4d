/** What can be said of gradients that none of the plainer mistakes explains. */
import { TOLERANCE } from "../evidence.ts";
import { formatNumber } from "../verdict.ts";
import { nameOfFactor } from "./factor.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { localOf } from "./local.ts";
import { placeOfMistake } from "./reads.ts";
import { gradientWith, type Change } from "./what-if.ts";

/** What goes on from one number of a row to the next, as a state through time, has a wrong factor at each step. */
const stepFactor: KnownMistake = {
  name: "factor of each step",
  find(facts) {
    const { right, yours, target, evidence, size } = facts, count = target.entries.length;
    if (!facts.isInput || !facts.isWhole || count !== evidence.y.data.length) return undefined;
    const width = count / evidence.rows, ratios: number[] = [];
    for (let e = 0; e < count; e++) {
      for (let k = 0; k < count; k++) {
        const later = k - e, isInRow = Math.floor(e / width) === Math.floor(k / width);
        if (!isInRow || later < 0) {
          if (!facts.isFlat(right[e][k]) || !facts.isFlat(yours[e][k])) return undefined;
          continue;
        }
        const ratio = yours[e][k] / right[e][k];
        ratios[later] ??= ratio;
        if (!Number.isFinite(ratio) || !near(yours[e][k], ratios[later] * right[e][k], size)) return undefined;
      }
    }
    const [own, step] = ratios;
    const isPower = ratios.every((ratio, n) => n < 2 || near(ratio, step * ratios[n - 1]));
    if (width < 3 || !near(own, 1) || near(step, 1) || !isPower) {
      return undefined;
    }
    const name = nameOfFactor(facts, step);
    return {
      seen: `Yours is right for each number's own y, but on the way to each later one a factor is wrong: yours is `
        + `${formatNumber(step)}${name === undefined ? "" : ` = ${name}`} times the right one at each step, as where `
        + `what is carried from step to step lacks its weight ${facts.example}.`,
      meaning: "Through time, what comes back from the next step is multiplied by the derivative of that step.",
      question: "By what does forward multiply what it carries on, and does backward multiply what it carries back?",
    };
  },
};

/** What forward uses, and a gradient may or must depend on. */
function usedIn({ evidence, target }: Facts): readonly (readonly [string, Change])[] {
  const { inputs, copy } = evidence, move = (data: { [i: number]: number; length: number }) => {
    for (let i = 0; i < data.length; i++) data[i] = data[i] * 1.3 + 0.05;
  };
  const ofInputs = inputs.length < 2 ? [] : inputs.map((_, index) => [`x${index}`, { inputs: (given) => {
    move(given[index].data);
    return given;
  } }] as [string, Change]);
  const ofParameters = copy.layer.parameters.map(({ name }, index) => [name, { layer: (other) => {
    move(other.layer.parameters[index].value.data);
  } }] as [string, Change]);
  return [...ofInputs, ...ofParameters].filter(([name]) => name !== target.name);
}

const notUsed: KnownMistake = {
  name: "a tensor not used",
  find(facts) {
    const { largest } = facts.target;
    const differs = (a: Float64Array, b: Float64Array) => a.some((value, e) => !near(value, b[e], largest));
    const here = gradientWith(facts, {});
    if (here === undefined) return undefined;
    for (const [name, change] of usedIn(facts)) {
      const there = gradientWith(facts, change);
      if (there === undefined) continue;
      const [isNeeded, isUsed] = [differs(here.right, there.right), differs(here.yours, there.yours)];
      if (isNeeded === isUsed) continue;
      return {
        seen: isNeeded
          ? `Yours does not depend on ${name}, as if ${name} were a constant 1 or left out: the right gradient of `
            + `${facts.target.name} has a factor or term made of ${name} ${facts.example}.`
          : `Yours depends on ${name}, and the right gradient of ${facts.target.name} does not: ${name} is one factor `
            + `or term too many, or stands for another ${facts.example}.`,
        meaning: "By the product rule the gradient of one factor holds all the others.",
        question: `What does forward do with ${name} and ${facts.target.name}, and where is ${name} in backward?`,
        isVague: true,
      };
    }
    return undefined;
  },
};

const ofOneNumber: KnownMistake = {
  name: "another derivative",
  find(facts) {
    const local = localOf(facts);
    if (local === undefined || facts.yours.some((column) => column.some((slope) => !Number.isFinite(slope)))) return;
    const shown = [...local.right.keys()].filter((i) => !near(local.right[i], local.yours[i], facts.size)).slice(0, 3);
    const [variable] = local.variables;
    const at = shown.map((i) => (variable === undefined ? "" : `at ${variable.name} = ${formatNumber(
      variable.values[i])} `) + `yours is ${formatNumber(local.yours[i])}, the slope ${formatNumber(local.right[i])}`);
    // By a parameter of one number all of y is moved, perhaps by several ways.
    const depends = !facts.isInput && facts.target.values.length === 1 ? "The slope of each number of y by "
      + `${facts.target.name} is another than yours` : "Each number of y depends on one number of "
        + `${facts.target.name}, as in yours, but its derivative is another`;
    return {
      seen: `${depends}, a factor, term, power, sign or inner derivative of it wrong: ${at.join("; ")} ${
        facts.example}.`,
      meaning: "The formula of the derivative is wrong, by the chain rule or the product rule, or a constant in it.",
      question: "What is the derivative on paper, by chain and product rule, and does backward compute just that?",
    };
  },
};

/** What the gradients of the parameters say about its place, if some are right. */
function whereabouts({ evidence: { targets }, isInput }: Facts): string {
  const [right, wrong] = [true, false].map((is) => targets
    .filter(({ kind, error }) => kind === "parameter" && error <= TOLERANCE === is).map(({ name }) => name).join(", "));
  if (!isInput || right === "") return "";
  return wrong === "" ? " The gradients of the parameters are right: what reaches them is right, and the last step to "
    + "x, or a path that passes none of them, is wrong."
    : ` The gradient of ${right} is right, that of ${wrong} is not: look at what comes back through ${wrong}.`;
}

const otherFactor: KnownMistake = {
  name: "another factor in the sum",
  find(facts) {
    const { right, yours } = facts;
    let same = 0, wrong = 0, opposite = 0;
    const isPattern = yours.every((column, e) => column.every((slope, k) => {
      if (facts.isFlat(slope) && facts.isFlat(right[e][k])) return true;
      if (near(slope, right[e][k], facts.size)) same++;
      else wrong++;
      if (near(slope, -right[e][k], facts.size)) opposite++;
      return facts.isFlat(slope) === facts.isFlat(right[e][k]);
    }));
    if (!isPattern || wrong === 0 || !facts.isLinear) return undefined;
    const sign = opposite === wrong ? "the sign of these is wrong" : "these are other numbers: a factor, term or sign "
      + "in them is wrong, or a tensor stands for another";
    const kept = same > 0 ? `${same} of ${same + wrong} slopes are right, and ` : "";
    return {
      seen: `Yours sends the gradient along the right ways, from each y to the ${facts.target.name} that moves it, but `
        + `${kept}${sign} ${facts.example}.${placeOfMistake(facts) || whereabouts(facts)}`,
      meaning: "The sums run over the right numbers; what is summed is wrong.",
      question: "Write the derivative of one y by one of these numbers on paper: which factors has it?",
      isVague: true,
    };
  },
};

export const STEP_FACTOR = stepFactor;
export const LEFTOVER = [notUsed, ofOneNumber, otherFactor] as const;
