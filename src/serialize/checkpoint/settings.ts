import type { Parameter } from "../../nn/parameter.ts";
import { fieldsOf, type Fields, type Json } from "../../nn/json-state.ts";
import type { Loss } from "../../losses/loss.ts";
import { ReducedLoss } from "../../losses/reduced.ts";
import { CrossEntropy } from "../../losses/cross-entropy.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { OptimizerBase } from "../../optim/optimizer-base.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { typeNameOf } from "../../tensor/type-name.ts";
import type { GradientRules } from "../../train/gradient-rules.ts";
import { writeNumber } from "../../train/plain-records.ts";
import type { Trainer } from "../../train/trainer.ts";

/**
 * The options of a loss, an optimizer, clipping and a penalty, as plain data to compare. The names of version 0.1
 * stay, whatever the classes call them. Of user-defined classes nothing but the name is known.
 */
export function settingsOf({ loss, optimizer, rules, network }: Trainer): Fields {
  return {
    loss: ofLoss(loss), optimizer: ofOptimizer(optimizer, network.parameters), gradients: ofRules(rules),
  };
}

/** Version 0.1 saved these fields, too; they follow from the options. */
const DERIVED = ["name", "keeps", "decoupled", "takesLogits", "where"];

/** The settings of a file, as settingsOf says them. */
export function readSettings(saved: Json | undefined): Fields {
  const { loss, optimizer, gradients } = fieldsOf(saved);
  return { loss: withoutDerived(loss), optimizer: withoutDerived(optimizer), gradients };
}

function withoutDerived(saved: Json | undefined): Json | undefined {
  if (fieldsOf(saved) !== saved) return saved;
  const own = Object.entries(fieldsOf(saved)).filter(([name]) => !DERIVED.includes(name));
  return Object.fromEntries(own.map(([name, value]) => [name, withoutDerived(value) ?? null]));
}

function ofLoss(loss: Loss): Json {
  const type = typeNameOf(loss.constructor);
  if (!(loss instanceof ReducedLoss)) return type;
  if (!(loss instanceof CrossEntropy)) return { type, ...optionsOf(loss) };
  const { smoothing, weights } = loss;
  return { type, ...optionsOf(loss), weighting: plain({ type: "TargetWeighting", smoothing, weights }) };
}

function ofOptimizer(optimizer: Optimizer, parameters: readonly Parameter[]): Json {
  const type = typeNameOf(optimizer.constructor);
  if (!(optimizer instanceof OptimizerBase)) return type;
  const groups = [...optimizer.groups].map(([parameter, { factor, weightDecay }]) =>
    [parameters.indexOf(parameter), plain({ type: "Object", factor, weightDecay })]);
  return { type, ...optionsOf(optimizer), groups };
}

function ofRules({ maxNorm, maxValue, penalty }: GradientRules): Json {
  const weights = penalty && { type: typeNameOf(penalty.constructor), ...penalty };
  return plain({ type: "GradientRules", maxNorm, maxValue, penalty: weights });
}

/** The values of the options a class names. */
function optionsOf(owner: ReducedLoss | OptimizerBase): Record<string, Json> {
  return plainFields(owner.optionNames.map((name) => [name, Reflect.get(owner, name)]));
}

/** Without what is not set, and without methods. */
function plainFields(fields: readonly (readonly [string, unknown])[]): Record<string, Json> {
  const set = fields.filter(([, value]) => value !== undefined && typeof value !== "function");
  return Object.fromEntries(set.map(([name, value]) => [name, plain(value)]));
}

/** Numbers, words and lists as JSON; null for what has no such form. */
function plain(given: unknown): Json {
  if (typeof given === "boolean" || typeof given === "string") return given;
  if (typeof given === "number") return writeNumber(given);
  if (Array.isArray(given)) return given.map((one) => plain(one));
  if (typeof given !== "object" || given === null || ArrayBuffer.isView(given) || given instanceof Tensor) return null;
  return plainFields(Object.entries(given));
}
