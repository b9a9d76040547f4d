/** The places of a layer's code where forward reads x or a parameter, and the slopes of y through each of them. */
import { Tensor } from "../../tensor/tensor.ts";
import { slopesBeside } from "../numeric-slope.ts";
import { perturbedCopy } from "./evidence.ts";
import { inside } from "./inside.ts";
import { surrogateOf } from "./layer-copy.ts";
import type { Facts } from "./mistakes/facts.ts";
import { placeOfCall, shownPlace } from "./watch.ts";

/** One place of the code where forward reads a tensor. */
export interface Use {
  /** "layer.ts:14:20". */
  readonly place: string;
  /** The slopes of the outputs tried if the numbers read here alone were moved; by entry of the target. */
  readonly slopes: readonly Float64Array[];
}

/** Measuring more forwards than this takes too long, and so many places are those of a loop that was unrolled. */
const MOST_FORWARDS = 3000, MOST_USES = 8;

const cache = new WeakMap<Facts, readonly Use[] | undefined>();

/** The uses that y depends on, if there are several; undefined if they cannot be distinguished. */
export function usesOf(facts: Facts): readonly Use[] | undefined {
  if (!cache.has(facts)) cache.set(facts, measure(facts));
  return cache.get(facts);
}

/** Gives numbers that are moved to one use, and numbers as they are to the others. */
class Reader {
  private readonly places: string[] = [];
  private count = 0;
  private isKnown = false;
  active: string | undefined;

  /** Which of both a read gets. */
  next<T>(held: T, moved: T): T {
    if (!this.isKnown) this.places[this.count] = placeOfCall();
    return this.places[this.count++] === this.active ? moved : held;
  }

  /** Begins another forward; the reads of all of them come in the order of the first. */
  rewind(): void {
    if (this.count > 0) this.isKnown = true;
    this.count = 0;
  }

  get used(): readonly string[] {
    return [...new Set(this.places)].filter((place) => place !== "");
  }

  get isInOrder(): boolean {
    return this.count === this.places.length;
  }
}

function measure(facts: Facts): readonly Use[] | undefined {
  const { target, evidence, outputs } = facts, { subject, mode } = evidence;
  if (evidence.isLarge || !facts.isWhole) return undefined;
  try {
    const copy = perturbedCopy(subject, mode), reader = new Reader(), { layer } = copy;
    if (surrogateOf(layer) !== undefined) return undefined;
    copy.drawsLater = evidence.copy.drawsLater;
    const point = target.kind === "input" ? evidence.inputs[target.index] : layer.parameters[target.index].value;
    const held = point.data.slice(), moved = point.data.slice();
    const inputs = evidence.inputs.map((x, k) => (target.kind === "parameter" || k !== target.index ? x
      : Object.create(x, { data: { get: () => reader.next(held, moved) } }) as Tensor));
    if (target.kind === "parameter") {
      const tensors = [held, moved].map((data) => new Tensor(data, point.shape)), [still, other] = tensors;
      Object.defineProperty(layer.parameters[target.index], "value", { get: () => reader.next(still, other) });
    }
    const run = () => {
      reader.rewind();
      return inside(() => copy.rewind().forward(inputs)).data;
    };
    const here = run(), places = reader.used;
    const forwards = 2 * target.entries.length * places.length;
    if (places.length < 2 || places.length > MOST_USES || forwards > MOST_FORWARDS) return undefined;
    const uses = places.map((place) => {
      reader.active = place;
      const slopes = target.entries.map((at) => {
        const { left, right } = slopesBeside(moved, at, run, here);
        return Float64Array.from(outputs, (o) => (left[o] + right[o]) / 2);
      });
      return { place: shownPlace(place, places), slopes };
    });
    return reader.isInOrder ? whole(uses.filter(({ slopes }) => slopes.some((column) =>
      column.some((slope) => !facts.isFlat(slope)))), facts) : undefined;
  } catch {
    return undefined; // not a layer that takes such a tensor
  }
}

/** The uses, if they make up the whole. */
function whole(uses: readonly Use[], facts: Facts): readonly Use[] | undefined {
  const { right, size } = facts;
  const isWhole = right.every((column, e) => column.every((slope, k) => {
    return Math.abs(slope - uses.reduce((sum, use) => sum + use.slopes[e][k], 0)) <= 1e-5 * size;
  }));
  return isWhole && uses.length > 1 ? uses : undefined;
}
