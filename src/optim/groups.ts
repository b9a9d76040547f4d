import { Parameter } from "../nn/parameter.ts";
import { checkNumber, checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";

/** Parameters that are stepped in another way than the rest, such as biases without decay. */
export interface ParameterGroup {
  readonly parameters: readonly Parameter[];
  /** Times the optimizer's learning rate, so that a schedule moves all groups; at least 0, default 1. */
  readonly learningRateFactor?: number;
  /** Instead of the optimizer's; at least 0. A parameter that opts out of decay stays out. */
  readonly weightDecay?: number;
}

export type GroupSettings = Readonly<{ factor: number; weightDecay: number | undefined }>;

/** What the groups say about each parameter. @throws OptionError for one that is in two groups. */
export function settingsOf(where: string, groups: unknown): ReadonlyMap<Parameter, GroupSettings> {
  const settings = new Map<Parameter, GroupSettings>();
  if (!Array.isArray(groups)) {
    throw new OptionError({ where, given: show(groups), allowed: "an array of groups" });
  }
  Array.from<ParameterGroup>(groups).forEach((group: ParameterGroup, i) => {
    const at = `${where}[${i}]`;
    checkOptions(at, group ?? null, ["parameters", "learningRateFactor", "weightDecay"]);
    const factor = checkNumber(`${at} learningRateFactor`, group.learningRateFactor ?? 1, { min: 0 });
    const weightDecay = group.weightDecay === undefined
      ? undefined : checkNumber(`${at} weightDecay`, group.weightDecay, { min: 0 });
    const parameters: unknown = group.parameters;
    if (!Array.isArray(parameters) || Array.from<unknown>(parameters).some((one) => !(one instanceof Parameter))) {
      const given = show(parameters), allowed = "an array of Parameters";
      throw new OptionError({ where: `${at} parameters`, given, allowed });
    }
    for (const parameter of group.parameters) {
      if (settings.has(parameter)) {
        const given = `parameter "${parameter.name}" for the second time`;
        throw new OptionError({ where: `${at} parameters`, given, allowed: "each parameter once" });
      }
      settings.set(parameter, { factor, weightDecay });
    }
  });
  return settings;
}
