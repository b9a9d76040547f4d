import { Parameter } from "../nn/parameter.ts";
import { checkArray, checkInstance } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";
import { checkTensor, isTensor } from "../tensor/tensor.ts";

/** Each parameter once. @throws OptionError unless it is a list of Parameters. */
export function eachOnce(where: string, parameters: readonly Parameter[]): readonly Parameter[] {
  const all = [...new Set(checkArray(where, parameters, "an array, such as network.parameters"))];
  const what = `${where} parameters`;
  for (const one of all) checkInstance(what, one, Parameter);
  return all;
}

/** The same, without the frozen ones. @throws OptionError for an empty list. */
export function parametersToStep(where: string, parameters: readonly Parameter[]): readonly Parameter[] {
  const all = eachOnce(where, parameters);
  if (all.length === 0) {
    const advice = "Does the network have a layer that learns?";
    throw new OptionError({ where, given: "no parameters", allowed: "at least one", advice });
  }
  for (const one of all) {
    if (!isTensor(one.value)) checkTensor(`${where}, parameter "${one.name}"`, one.value);
    if (!isTensor(one.grad)) checkTensor(`${where}, gradient of "${one.name}"`, one.grad);
  }
  return all.filter((parameter) => !parameter.frozen);
}
