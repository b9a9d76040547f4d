/** Tensors that backward mixes up: with another one in place of a remembered tensor, yours would be right. */
import { stateOf } from "../../../nn/state.ts";
import { isPlainObject } from "../../../tensor/realms.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { perturbedCopy } from "../evidence.ts";
import { near, type KnownMistake } from "./facts.ts";

/** A remembered tensor; of those in an array of objects, as one for each row, all of one name. */
interface Slot {
  readonly name: string;
  readonly places: readonly { readonly owner: object; readonly key: string; readonly value: Tensor }[];
}

/** So many tensors are tried in each other's place. */
const MOST_SLOTS = 10;

function slotsOf(memory: unknown): readonly Slot[] {
  const slots = new Map<string, { owner: object; key: string; value: Tensor }[]>();
  const visit = (owner: object, path: string): void => {
    for (const [key, value] of Object.entries(owner) as [string, unknown][]) {
      const name = Array.isArray(owner) ? path : path === "" ? key : `${path}.${key}`;
      if (value instanceof Tensor) slots.set(name, [...slots.get(name) ?? [], { owner, key, value }]);
      else if (Array.isArray(value) || isPlainObject(value)) visit(value, name);
    }
  };
  if (Array.isArray(memory) || isPlainObject(memory)) visit(memory, "");
  return [...slots].map(([name, places]) => ({ name, places })).slice(0, MOST_SLOTS);
}

const CHANGES: readonly (readonly [string, (v: number) => number])[] = [
  ["1 - it", (v) => 1 - v], ["its negative", (v) => -v], ["its square", (v) => v * v],
  ["1 minus its square", (v) => 1 - v * v], ["it times (1 - it)", (v) => v * (1 - v)],
];

function transposed({ data, shape: [rows, columns] }: Tensor): Float64Array {
  return Float64Array.from(data, (_, i) => data[(i % columns) * rows + Math.floor(i / columns)]);
}

/** What may stand in a slot's place: for each of its tensors. */
function substitutes(slot: Slot, slots: readonly Slot[]): readonly (readonly [string, readonly Tensor[]])[] {
  const like = (f: (value: Tensor) => Float64Array) => {
    return slot.places.map(({ value }) => new Tensor(f(value), value.shape));
  };
  const isFitting = (other: Slot) => other !== slot && other.places.length === slot.places.length
    && other.places.every(({ value }, i) => value.data.length === slot.places[i].value.data.length);
  const isSquare = slot.places.every(({ value: { shape } }) => shape.length === 2 && shape[0] === shape[1]);
  return [
    ...slots.filter(isFitting).map((other) => [other.name, other.places.map(({ value }, i) =>
      new Tensor(value.data, slot.places[i].value.shape))] as const),
    ...(isSquare ? [["it transposed", like(transposed)] as const] : []),
    ...CHANGES.map(([told, f]) => [told, like(({ data }) => Float64Array.from(data, f))] as const),
  ];
}

const otherMemory: KnownMistake = {
  name: "another remembered tensor",
  find(facts) {
    const { evidence, target, isLinear } = facts, { subject, mode, inputs, dy } = evidence;
    if (evidence.isLarge || !isLinear) return undefined;
    const copy = perturbedCopy(subject, mode), { layer } = copy;
    copy.drawsLater = evidence.copy.drawsLater;
    const forward = () => {
      layer.zeroGradients();
      copy.rewind().forward(inputs);
      return slotsOf(stateOf(layer).memory?.value);
    };
    for (const [s, slot] of forward().entries()) {
      for (const [told, tensors] of substitutes(slot, forward())) {
        const at = forward()[s];
        at.places.forEach(({ owner, key }, i) => { Reflect.set(owner, key, tensors[i]); });
        if (!isRight()) continue;
        return {
          seen: `Backward reads ${slot.name} where another tensor belongs: with ${told} in its place your gradient of `
            + `${target.name} would be right ${facts.example}.`,
          meaning: "The formula is right, but one tensor of it is not: another of the same shape, or its derivative, "
            + "complement, sign or transpose, belongs there.",
          question: `Which lines of backward read ${slot.name}, and is it what the formula has there?`,
        };
      }
    }
    return undefined;

    function isRight(): boolean {
      try {
        const dx = copy.backward(dy), { data } = target.kind === "input" ? dx[target.index]
          : layer.parameters[target.index].grad;
        return target.entries.every((entry, e) => near(data[entry], target.numeric[e], target.largest));
      } catch {
        return false; // a shape that does not fit
      }
    }
  },
};

export const MEMORY = otherMemory;
