import type { Parameter } from "../nn/parameter.ts";
import { fieldsOf, readTensor, written, type Json } from "../nn/json-state.ts";
import { residentZeros } from "../backends/resident.ts";
import { isCount } from "../nn/layer-numbers.ts";
import { isFinite } from "../ops/elementwise.ts";
import { DataError, show } from "../tensor/errors.ts";
import { sameShape, showShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What an optimizer keeps about a parameter: how many steps it made, and its slots. */
export interface OptimizerState {
  count: number;
  tensors: readonly Tensor[];
  /** Whether the slots are worked on together with the parameter's numbers; set by the first step after a load. */
  isResident?: true;
}

/** Null if no step was made yet. */
export function writeOptimizerState(slots: readonly string[], state: OptimizerState | undefined): Json {
  if (state === undefined || state.count === 0) return null;
  const { count, tensors } = state;
  return { count, ...Object.fromEntries(slots.map((name, i) => [name, written(tensors[i])])) };
}

/** Reads a whole state, for parameters in the same order. @throws DataError that lists every difference. */
export function readOptimizerState(
  optimizer: string, slots: readonly string[], from: Json, parameters: readonly Parameter[],
): { learningRate: number; states: Map<Parameter, OptimizerState> } {
  const given = fieldsOf(from), wrong: string[] = [], states = new Map<Parameter, OptimizerState>();
  const entries: readonly Json[] = Array.isArray(given.parameters) ? given.parameters : [];
  const learningRate = Number.isFinite(given.learningRate) ? Number(given.learningRate) : -1;
  if (given.optimizer !== optimizer) wrong.push(`the state of ${show(given.optimizer)}`);
  if (learningRate < 0) wrong.push("no learning rate");
  if (entries.length !== parameters.length) wrong.push(`${entries.length} parameters, not ${parameters.length}`);
  parameters.forEach((parameter, i) => {
    if (i >= entries.length || entries[i] === null) return;
    const { count, ...entry } = fieldsOf(entries[i]), { dtype, shape, name: of } = parameter;
    if (!isCount(count) || count === 0) wrong.push(`no count of steps for "${of}"`);
    const tensors = slots.flatMap((name) => {
      const tensor = readTensor(entry[name]), least = name === "square" ? 0 : -Infinity;
      if (tensor?.dtype === dtype && sameShape(tensor.shape, shape) && isFinite(tensor.data)
        && tensor.data.every((value) => value >= least)) return [tensor];
      const numbers = `${name} of finite numbers${least === 0 ? " of at least 0" : ""}`;
      wrong.push(`no ${numbers} for "${of}", ${dtype} ${showShape(shape)}`);
      return [];
    });
    const unknown = Object.keys(entry).filter((name) => !slots.includes(name));
    wrong.push(...unknown.map((name) => `${name} for "${of}", unknown here`));
    states.set(parameter, { count: Number(count), tensors });
  });
  if (wrong.length > 0) {
    const allowed = "what state() of the same optimizer gives, for the same parameters";
    throw new DataError({ where: `${optimizer}.load`, given: wrong.join("; "), allowed });
  }
  return { learningRate, states };
}

/** These numbers, or zeros, where they are worked on together with the parameter's. */
export function residentSlot(value: Tensor, numbers: Tensor | undefined): Tensor {
  const slot = residentZeros(value);
  if (numbers !== undefined) slot.data.set(numbers.data);
  return slot;
}
