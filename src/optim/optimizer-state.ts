import type { Parameter } from "../nn/parameter.ts";
import { readTensor, written, type Json } from "../nn/json-state.ts";
import { residentZeros } from "../backends/resident.ts";
import { isFinite } from "../ops/elementwise.ts";
import { DataError, show } from "../tensor/errors.ts";
import { sameShape, showShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What an optimizer keeps about a parameter: how many steps it made, and numbers beside each of its own. */
export interface OptimizerState {
  count: number;
  tensors: readonly Tensor[];
}

type Fields = Readonly<Record<string, Json | undefined>>;

function fieldsOf(value: Json | undefined): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Null where no step was made yet. */
export function writeOptimizerState(names: readonly string[], kept: OptimizerState | undefined): Json {
  if (kept === undefined || kept.count === 0) return null;
  const numbers = names.map((name, i) => [name, written(kept.tensors[i])] as const);
  return { count: kept.count, ...Object.fromEntries(numbers) };
}

/** Reads a whole state, for parameters in the same order. @throws DataError that lists every difference. */
export function readOptimizerState(
  optimizer: string, names: readonly string[], state: Json, parameters: readonly Parameter[],
): { learningRate: number; kept: Map<Parameter, OptimizerState> } {
  const given = fieldsOf(state), wrong: string[] = [];
  const entries: readonly Json[] = Array.isArray(given.parameters) ? given.parameters : [];
  const learningRate = Number.isFinite(given.learningRate) ? Number(given.learningRate) : -1;
  if (given.optimizer !== optimizer) wrong.push(`the state of ${show(given.optimizer)}`);
  if (learningRate < 0) wrong.push("no learning rate");
  if (entries.length !== parameters.length) {
    wrong.push(`${entries.length} parameters, not ${parameters.length}`);
  }
  const kept = new Map<Parameter, OptimizerState>();
  parameters.forEach((parameter, i) => {
    if (i >= entries.length || entries[i] === null) return;
    const entry = fieldsOf(entries[i]), count = entry.count;
    const isCount = Number.isSafeInteger(count) && Number(count) > 0;
    if (!isCount) wrong.push(`no count of steps for "${parameter.name}"`);
    const tensors = names.flatMap((name) => {
      const tensor = readTensor(entry[name]), isSquare = name === "square";
      const isGood = tensor !== undefined && fits(tensor, parameter) && isFinite(tensor.data);
      if (isGood && !(isSquare && tensor.data.some((value) => value < 0))) return [tensor];
      const { dtype, shape } = parameter;
      const numbers = `${name} of finite numbers${isSquare ? " of at least 0" : ""}`;
      wrong.push(`no ${numbers} for "${parameter.name}", ${dtype} ${showShape(shape)}`);
      return [];
    });
    for (const name of Object.keys(entry)) {
      const isKnown = name === "count" || names.includes(name);
      if (!isKnown) wrong.push(`${name} for "${parameter.name}", unknown here`);
    }
    if (!isCount || tensors.length !== names.length) return;
    const settled = tensors.map((tensor) => settle(tensor, parameter));
    kept.set(parameter, { count: Number(count), tensors: settled });
  });
  if (wrong.length === 0) return { learningRate, kept };
  const allowed = "what state() of the same optimizer gives, for the same parameters";
  throw new DataError({ where: `${optimizer}.load`, given: wrong.join("; "), allowed });
}

function fits(tensor: Tensor, parameter: Parameter): boolean {
  return tensor.dtype === parameter.dtype && sameShape(tensor.shape, parameter.shape);
}

/** The numbers, where they are worked on together with the parameter's. */
function settle(tensor: Tensor, parameter: Parameter): Tensor {
  const beside = residentZeros(parameter.value);
  beside.data.set(tensor.data);
  return beside;
}
