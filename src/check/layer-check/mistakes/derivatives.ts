/** Mistakes in the derivative of what depends number by number. */
import { atPlaces, expressionsOf, fit, fitSum, type Fit } from "./expressions.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { branch, complement } from "./branch.ts";
import { inBrackets, localOf, type Local } from "./local.ts";
import { FACTOR_IN_PRODUCT, FACTOR_OF_TERM, isSame } from "./products.ts";
import { slopesWith } from "./what-if.ts";

const derivativeForgotten: KnownMistake = {
  name: "derivative forgotten",
  find(facts) {
    if (!facts.isInput || facts.own === undefined) return undefined;
    const local = localOf(facts);
    // Of a function that is x itself in one branch, that of the other is forgotten.
    if (local?.yours.every((slope) => near(slope, 1, 1)) !== true || branch.find(facts) !== undefined) return undefined;
    const its = fit(local.right, local.expressions);
    return {
      seen: `Yours is dy itself, unchanged: the derivative is forgotten`
        + `${its === undefined ? "" : `, dy · ${inBrackets(its.text)} belongs`} ${facts.example}.`,
      meaning: "Backward passes dy on without the layer's own derivative.",
      question: "What is dy/dx of this function at one x? Multiply dy by it.",
    };
  },
};

const halfProduct: KnownMistake = {
  name: "half of the product rule",
  find(facts) {
    const local = facts.own && localOf(facts), x = local?.variables.find(({ name }) => name === facts.target.name);
    const y = local?.variables.find(({ name }) => name === "y");
    if (local === undefined || x === undefined || y === undefined) return undefined;
    const { right, yours } = local;
    const factor = right.map((slope, i) => (x.values[i] === 0 ? slope : y.values[i] / x.values[i]));
    if (isSame(factor, right)) return undefined;
    const first = isSame(yours, factor), second = isSame(yours, right.map((slope, i) => slope - factor[i]));
    if (!first && !second) return undefined;
    const [given, lacking] = first ? ["g", "x · g'"] : ["x · g'", "g"];
    return {
      seen: `With y = x · g your dx is dy · ${given}: the term ${lacking} of the product rule is missing `
        + `${facts.example}.`,
      meaning: "In a product both factors depend on x: (x · g)' = g + x · g'.",
      question: "Which of your factors did you treat as a constant?",
    };
  },
};

/** Whether a parameter's gradient lacks the derivative of what forward makes of each of its numbers, as exp(p). */
function lacksItsOwn({ target, isInput }: Facts, { right, yours, variables }: Local): boolean {
  const own = variables.filter(({ name }) => name === target.name);
  if (isInput || own.length === 0) return false;
  const ratio = right.map((slope, i) => slope / yours[i]);
  return fit(ratio, expressionsOf(own, ratio.length), ({ form }) => /[(√]|1 [-+]/.test(form)) !== undefined;
}

const wrongVariable: KnownMistake = {
  name: "one in place of the other",
  find(facts) {
    const local = localOf(facts);
    if (local === undefined || lacksItsOwn(facts, local)) return undefined;
    const right = fit(local.right, local.expressions);
    if (right === undefined) return undefined;
    const same = fit(local.yours, local.expressions, ({ form, variables }) => {
      return form === right.expression.form && variables.join() !== right.expression.variables.join();
    });
    if (same === undefined || !near(same.factor, right.factor)) return undefined;
    const [mine] = same.expression.variables.filter((name) => !right.expression.variables.includes(name));
    const [its] = right.expression.variables.filter((name) => !same.expression.variables.includes(name));
    return {
      seen: `Yours has ${mine} in place of ${its}: it is dy multiplied by ${same.text} where ${right.text} belongs, `
        + `with ${mine}, not ${its} ${facts.example}.`,
      meaning: `The formula is right, but ${mine} stands where ${its} should: is it what forward remembers?`,
      question: "Is your formula for the derivative written in x or in y, and which of them do you remember?",
    };
  },
};

/** Whether y is linear in the parameter: its slopes stay where it is moved. */
function isFactor(facts: Facts): boolean {
  const { target, right, size } = facts;
  const moved = slopesWith(facts, { layer: ({ layer: { parameters } }) => {
    parameters[target.index].value.data.forEach((value, i, data) => { data[i] = 1.3 * value + 0.1; });
  } });
  const isSame = (slope: number, e: number, k: number) => near(slope, moved?.[e][k] ?? slope, 10 * size);
  return right.every((column, e) => column.every((slope, k) => isSame(slope, e, k)));
}

const xForNormalised: KnownMistake = {
  name: "x in place of a normalised x",
  find(facts) {
    const local = localOf(facts);
    if (local === undefined || facts.isInput || lacksItsOwn(facts, local)) return undefined;
    const found = fit(local.yours, local.expressions, ({ form }) => form === "u");
    const its = fit(local.right, local.expressions);
    // y / gain is x̂ again.
    const isKnown = its?.expression.variables.includes(facts.target.name) === false;
    if (found === undefined || isKnown || !isFactor(facts)) return undefined;
    const [name] = found.expression.variables;
    return {
      seen: `Yours is dy multiplied by ${found.text}, with ${name} instead of what forward multiplies `
        + `${facts.target.name} by, such as x̂, a normalised x ${facts.example}.`,
      meaning: "The gradient of a gain is dy times what the gain multiplies.",
      question: `By which number does forward multiply ${facts.target.name}?`,
    };
  },
};

/** Both formulas are known, and differ in an exponent alone. */
const powerForgotten: KnownMistake = {
  name: "power forgotten",
  find(facts) {
    const local = localOf(facts);
    const mine = local && fit(local.yours, local.expressions);
    if (local === undefined || mine === undefined) return undefined;
    const plain = (form: string) => form.replace(/[²³]/g, "");
    const its = fit(local.right, local.expressions, ({ form, variables }) => {
      return form !== mine.expression.form && plain(form) === plain(mine.expression.form)
        && variables.join() === mine.expression.variables.join();
    });
    if (its === undefined) return undefined;
    const isLower = its.expression.form.length > mine.expression.form.length;
    return {
      seen: `A power is wrong, ${isLower ? "a square or cube is forgotten" : "one is too high"}: yours is dy · `
        + `${inBrackets(mine.text)} where dy · ${inBrackets(its.text)} belongs ${facts.example}.`,
      meaning: "The derivative is right but for an exponent.",
      question: "What is the derivative on paper, with its powers, and does backward compute just that?",
    };
  },
};

/** Both formulas are known, and differ. */
const otherFormula: KnownMistake = {
  name: "another derivative",
  find(facts) {
    const local = localOf(facts);
    if (local === undefined) return undefined;
    const mine = fit(local.yours, local.expressions), its = fit(local.right, local.expressions);
    if (mine === undefined || its === undefined) return undefined;
    return {
      seen: `Yours is another derivative, a factor, term, power, sign or inner derivative of it wrong: it is dy · `
        + `${inBrackets(mine.text)} where dy · ${inBrackets(its.text)} belongs ${facts.example}.`,
      meaning: "The derivative is another: a power, a factor, a term or an inner derivative is forgotten, or it is "
        + "written in the wrong variable.",
      question: "What is the derivative on paper, and does backward compute just that?",
    };
  },
};


/** How many letters and numbers a formula has; a factor that is no small integer counts as several. */
function plainness({ factor, expression: { form, variables } }: Fit): number {
  const isPlain = [1, 2, 3, 0.5].some((one) => near(Math.abs(factor), one));
  return 2 * variables.length + form.length / 10 + (near(Math.abs(factor), 1) ? 0 : isPlain ? 1 : 3);
}

const wrongFactor = ({ example }: Facts, factor: string, missing: boolean) => ({
  seen: `Yours ${missing ? "lacks" : "has"} the factor ${inBrackets(factor)}${missing ? "" : " too many"}: `
    + `by the chain rule every inner function, power and other factor of a product is multiplied in once ${example}.`,
  meaning: missing ? "An inner derivative, or the other factor of a product, is forgotten."
    : "A derivative, or a factor of the product itself, is multiplied in twice.",
  question: "Which functions does forward apply, one within the other, and what is the derivative of each?",
});

function asFactor(missing: boolean): KnownMistake {
  return {
    name: missing ? "factor missing" : "factor too many",
    find(facts) {
      const local = localOf(facts);
      if (local === undefined) return undefined;
      const [above, below] = missing ? [local.right, local.yours] : [local.yours, local.right];
      if (below.some((slope, i) => facts.isFlat(slope) && !facts.isFlat(above[i]))) return undefined;
      const kept = [...below.keys()].filter((i) => !facts.isFlat(below[i]));
      const ratio = Float64Array.from(kept, (i) => above[i] / below[i]);
      const found = fit(ratio, atPlaces(local.expressions, kept));
      if (found === undefined && missing) {
        const sum = fitSum(ratio, atPlaces(local.variables, kept));
        return sum === undefined ? undefined : wrongFactor(facts, sum, missing);
      }
      if (found === undefined || (missing && /^1\/u²?$/.test(found.expression.form))) return undefined;
      const term = fit(local.right.map((slope, i) => slope - local.yours[i]), local.expressions);
      if (term !== undefined && plainness(term) + 1 < plainness(found)) return undefined;
      return wrongFactor(facts, found.text, missing);
    },
  };
}

const termMissing: KnownMistake = {
  name: "term missing",
  find(facts) {
    const local = localOf(facts);
    if (local === undefined) return undefined;
    const lacking = local.right.map((slope, i) => slope - local.yours[i]);
    const found = fit(lacking, local.expressions);
    if (found === undefined) return undefined;
    return {
      seen: `Yours lacks the term ${inBrackets(found.text)} of the sum or product rule, a path of its own: with it, `
        + `times dy, it is right ${facts.example}.`,
      meaning: "Each place where x occurs in forward adds a term; one of them is left out, or is too many.",
      question: "In how many places does forward use this number? Each adds its own term.",
    };
  },
};

export const LOCAL_FIRST = [derivativeForgotten, complement, branch, powerForgotten, halfProduct, wrongVariable,
  xForNormalised] as const;
export const LOCAL = [FACTOR_IN_PRODUCT, asFactor(true), asFactor(false), termMissing, otherFormula,
  FACTOR_OF_TERM] as const;
