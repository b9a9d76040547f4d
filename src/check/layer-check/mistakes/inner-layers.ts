/** Mistakes with the layers within a layer: a path forgotten, a derivative not asked for, one used twice. */
import { layersIn, type LayerLike } from "../../../nn/parts.ts";
import { copyOf, Tensor } from "../../../tensor/tensor.ts";
import { perturbedCopy, TOLERANCE } from "../evidence.ts";
import { replaceForward, type LayerCopy } from "../layer-copy.ts";
import type { KnownMistake } from "./facts.ts";
import { explains, isThat, slopesWith } from "./what-if.ts";

interface Call {
  readonly x: Tensor | readonly Tensor[];
  readonly y: Tensor;
}

/** What each inner layer returned, call by call, in a forward from the same state. */
export function callsOf(copy: LayerCopy, inner: LayerLike, inputs: readonly Tensor[]): readonly Call[] {
  const calls: Call[] = [];
  const forward = inner.forward.bind(inner) as (x: Tensor | readonly Tensor[]) => Tensor;
  replaceForward(inner, (x) => {
    const y = forward(x);
    calls.push({ x: x instanceof Tensor ? copyOf(x) : x, y: copyOf(y) });
    return y;
  });
  copy.rewind().forward(inputs);
  replaceForward(inner, forward);
  return calls;
}

/** The inner layers by field, as "gate", with how they are found in a copy. */
export function innersOf(layer: LayerLike): readonly { name: string; index: number }[] {
  return layersIn(layer).map((inner, index) => {
    const field = Object.entries(layer).find(([, value]) => value === inner);
    return { name: field?.[0] ?? inner.name, index };
  });
}

const innerTwice: KnownMistake = {
  name: "two forwards of an inner layer",
  find({ evidence, example }) {
    const { subject, mode, inputs } = evidence, copy = perturbedCopy(subject, mode);
    for (const { name, index } of innersOf(copy.layer)) {
      const calls = callsOf(copy, layersIn(copy.layer)[index], inputs).length;
      if (calls < 2) continue;
      return {
        seen: `${name} makes ${calls} forwards in one forward of this layer: the second forward overwrites what the `
          + `first one remembered, so it has one backward to make ${example}.`,
        meaning: "A layer remembers one forward. Used twice, it needs two layers that share their parameters.",
        question: "Could the two uses be one forward of a larger batch, or two layers with one weight?",
      };
    }
    return undefined;
  },
};

/** In which order inner layers that stand one behind the other are called, forward and back. */
const innerOrder: KnownMistake = {
  name: "inner layers in forward's order",
  find({ evidence, example }) {
    const { subject, mode, inputs, dy } = evidence, copy = perturbedCopy(subject, mode);
    const names = innersOf(copy.layer), seen: { index: number; x: unknown; y: Tensor }[] = [], back: number[] = [];
    for (const { index } of names) {
      const inner = layersIn(copy.layer)[index], backward = inner.backward.bind(inner) as (of: Tensor) => Tensor;
      const forward = inner.forward.bind(inner) as (x: Tensor | readonly Tensor[]) => Tensor;
      replaceForward(inner, (x) => {
        const y = forward(x);
        seen.push({ index, x, y });
        return y;
      });
      const record = (of: Tensor) => {
        back.push(index);
        return backward(of);
      };
      Object.defineProperty(inner, "backward", { value: record, configurable: true, writable: true });
    }
    copy.rewind().forward(inputs);
    copy.backward(dy);
    for (const [i, { index, x }] of seen.entries()) {
      const before = seen.slice(0, i).find(({ y }) => y === x);
      if (before === undefined || back.indexOf(before.index) < 0) continue;
      if (back.indexOf(before.index) > back.indexOf(index)) continue;
      const [first, second] = [before.index, index].map((at) => names[at].name);
      return {
        seen: `Forward gives the output of ${first} to ${second}, and backward calls ${first}'s backward first: the `
          + `order is not reversed ${example}.`,
        meaning: "What comes first in forward comes last in backward.",
        question: `Does ${first}'s backward get what ${second}'s backward gives?`,
      };
    }
    return undefined;
  },
};

const innerPath: KnownMistake = {
  name: "path forgotten",
  find(facts) {
    const { evidence, target } = facts, { inputs } = evidence;
    for (const { name, index } of innersOf(evidence.copy.layer)) {
      const held = (copy: LayerCopy) => {
        const inner = layersIn(copy.layer)[index], [call] = callsOf(copy, inner, inputs);
        replaceForward(inner, () => copyOf(call.y));
      };
      const without = slopesWith(facts, { layer: held });
      if (isThat(facts, without)) {
        return {
          seen: `Yours lacks the path through ${name}: it is what it would be if the output of ${name} did not `
            + `depend on ${target.name}, one factor or term of the product or sum, a gate or branch, held constant `
            + `${facts.example}.`,
          meaning: "By the product rule, and for each branch, what comes back on every path is added.",
          question: `What does backward do with the gradient that ${name}'s backward gives?`,
        };
      }
      if (without === undefined) continue;
      const through = facts.right.map((column, e) => column.map((slope, k) => slope - without[e][k]));
      if (isThat(facts, through)) {
        return {
          seen: `Yours has the path through ${name} alone: the direct path, the skip or residual term, or the other `
            + `factor of the product, is missing ${facts.example}.`,
          meaning: "By the product rule, and for each branch, what comes back on every path is added.",
          question: `By which way does ${target.name} reach y without ${name}?`,
        };
      }
      const twice = facts.right.map((column, e) => column.map((slope, k) => slope + through[e][k]));
      if (isThat(facts, twice)) {
        return {
          seen: `Yours counts the path through ${name} twice, doubled ${facts.example}.`,
          meaning: "What comes back on every path is added once.",
          question: `How often is the gradient of ${name} added to dx?`,
        };
      }
      const skipTwice = facts.right.map((column, e) => column.map((slope, k) => slope + without[e][k]));
      if (isThat(facts, skipTwice)) {
        return {
          seen: `Yours counts the direct path, the skip of a residual, beside ${name} twice, doubled ${facts.example}.`,
          meaning: "What comes back on every path is added once.",
          question: "How often is dy added to dx?",
        };
      }
    }
    return undefined;
  },
};

/** With all inner layers held, what is left of y's way to the target: y = (1 - t)·x + t·h keeps 1 - t. */
const directPath: KnownMistake = {
  name: "direct path wrong",
  find(facts) {
    const { evidence } = facts, { inputs, copy } = evidence, count = layersIn(copy.layer).length;
    if (count === 0) return undefined;
    const direct = slopesWith(facts, { layer: (other) => {
      const inners = layersIn(other.layer);
      const outputs = inners.map((inner) => callsOf(other, inner, inputs).map(({ y }) => y));
      inners.forEach((inner, i) => {
        if (outputs[i].length > 0) replaceForward(inner, () => copyOf(outputs[i][0]));
      });
    } });
    const isBehind = evidence.targets.every(({ kind, error }) => kind === "input" || error <= TOLERANCE);
    if (direct === undefined || !isBehind) return undefined;
    const steep = direct.map((column) => column.filter((slope) => !facts.isFlat(slope)).length);
    const isSparse = steep.some((count) => count > 0) && steep.every((count, e) => 2 * count < direct[e].length);
    const isElsewhereRight = direct.every((column, e) => column.every((slope, k) =>
      !facts.isFlat(slope) || facts.isRight(e, k)));
    if (!isSparse || !isElsewhereRight) return undefined;
    const isGone = facts.matches((e, k) => facts.right[e][k] - direct[e][k]);
    const isAlone = facts.matches((e, k) => direct[e][k]);
    const what = isGone ? "is missing, the skip or residual term" : isAlone ? "alone is there, what comes back "
      + "through the inner layers is missing" : "has another factor than forward gives it, as 1 - t for t, or a "
        + "wrong sign";
    return {
      seen: `Yours is right on the ways through the inner layers, but the direct path, which goes past them, ${what} `
        + `${facts.example}.`,
      meaning: "Each way by which x reaches y adds a term: by what forward multiplies x there, backward multiplies dy.",
      question: "By what does forward multiply x beside its inner layers?",
    };
  },
};

const innerDerivative: KnownMistake = {
  name: "inner layer's derivative forgotten",
  find(facts) {
    const { evidence } = facts, { inputs } = evidence;
    for (const { name, index } of innersOf(evidence.copy.layer)) {
      const asIdentity = (copy: LayerCopy) => {
        const inner = layersIn(copy.layer)[index], [{ x: x0, y: y0 }] = callsOf(copy, inner, inputs);
        replaceForward(inner, (x) => {
          const isOneToOne = x instanceof Tensor && x0 instanceof Tensor && x.data.length === y0.data.length;
          if (!isOneToOne) return copyOf(y0);
          const y = copyOf(y0);
          x.data.forEach((value, i) => { y.data[i] += value - x0.data[i]; });
          return y;
        });
      };
      if (!explains(facts, { layer: asIdentity })) continue;
      return {
        seen: `Yours is what it would be if ${name} passed its x on unchanged: the derivative of ${name}, an `
          + `activation or inner function, is forgotten, its backward not called ${facts.example}.`,
        meaning: "By the chain rule dy goes back through every layer that forward went through.",
        question: `Where does backward call the backward of ${name}?`,
      };
    }
    return undefined;
  },
};

export const INNER_FIRST = [innerTwice, innerOrder] as const;
export const INNER = [innerPath, directPath, innerDerivative] as const;
