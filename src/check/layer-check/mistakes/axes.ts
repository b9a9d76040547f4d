/** Mistakes in which axis of y a parameter's numbers belong to. */
import { indexOf } from "../../../ops/non-finite.ts";
import type { Facts, KnownMistake } from "./facts.ts";

/** The axes of y along which each number of the parameter has a place of its own. */
function axesOf({ evidence: { y }, outputs, target }: Facts, isMoved: (e: number, k: number) => boolean): string[] {
  const places = outputs.map((o) => indexOf(o, y.shape)), count = target.entries.length;
  return y.shape.flatMap((length, axis) => {
    if (length !== count) return [];
    const isIts = target.entries.every((_, e) => places.every((place, k) => !isMoved(e, k) || place[axis] === e));
    return isIts ? [`axis ${axis} of y${axis === 0 ? ", the batch" : ""}`] : [];
  });
}

const otherAxis: KnownMistake = {
  name: "wrong axis",
  find(facts) {
    const { target, right, yours } = facts;
    if (facts.isInput || target.shape.length !== 1 || target.entries.length < 2 || !facts.isWhole) return undefined;
    const [its] = axesOf(facts, (e, k) => !facts.isFlat(right[e][k]));
    const [mine] = axesOf(facts, (e, k) => !facts.isFlat(yours[e][k]));
    if (its === undefined || mine === undefined || its === mine) return undefined;
    return {
      seen: `Forward gives each number of ${target.name} to its place along ${its}, yours sums over the wrong axis: it `
        + `takes them along ${mine} ${facts.example}.`,
      meaning: "The gradient of a bias or gain is summed over all axes but the one that it lies along.",
      question: `Along which axis does forward read ${target.name}, and with which index does backward write?`,
    };
  },
};

export const AXES = [otherAxis] as const;
