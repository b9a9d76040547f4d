import { Parameter } from "../../nn/parameter.ts";
import type { Json } from "../../nn/json-state.ts";
import { ReducedLoss } from "../../losses/reduced.ts";
import { OptimizerBase } from "../../optim/optimizer-base.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import { writeNumber } from "../../train/plain-records.ts";
import type { Trainer } from "../../train/trainer.ts";

/** Fields that change while training goes on, or only say in words what others say: not what a loss is set to. */
const PASSING = ["weight", "norm", "rate", "kept", "nexts", "formula"];

/**
 * What a loss, an optimizer, a clipping and a penalty are set to, as plain data to compare: the class, and its
 * numbers and words. Of classes that are not the framework's nothing but the name is known.
 */
export function settingsOf({ loss, optimizer, rules, network }: Trainer): Readonly<Record<string, Json>> {
  const { parameters } = network;
  return {
    loss: loss instanceof ReducedLoss ? plain(loss, parameters) : typeNameOf(loss.constructor),
    optimizer: optimizer instanceof OptimizerBase ? plain(optimizer, parameters) : typeNameOf(optimizer.constructor),
    gradients: plain(rules, parameters),
  };
}

function plain(given: unknown, parameters: readonly Parameter[]): Json {
  if (given === null || typeof given === "boolean" || typeof given === "string") return given;
  if (typeof given === "number") return writeNumber(given);
  if (Array.isArray(given)) return given.map((one) => plain(one, parameters));
  if (given instanceof Map) {
    const numberOf = (key: unknown) => (key instanceof Parameter ? parameters.indexOf(key) : -1);
    return [...given].map(([key, value]) => [numberOf(key), plain(value, parameters)]);
  }
  if (typeof given !== "object" || ArrayBuffer.isView(given)) return null;
  const fields = Object.entries(given).filter(([name, value]) => {
    const isPassing = PASSING.includes(name) || value instanceof Tensor || typeof value === "function";
    return value !== undefined && !isPassing;
  });
  const type = typeNameOf(given.constructor);
  return { type, ...Object.fromEntries(fields.map(([name, value]) => [name, plain(value, parameters)])) };
}
