import { Parameter } from "../nn/parameter.ts";
import { checkArray, checkInstance, checkNumber, checkOptions } from "../tensor/checks.ts";
import { OptionError } from "../tensor/errors.ts";

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
export function settingsOf(where: string, groups: readonly ParameterGroup[]): ReadonlyMap<Parameter, GroupSettings> {
  const settings = new Map<Parameter, GroupSettings>();
  checkArray(where, groups, "an array of groups").forEach((group, i) => {
    const at = `${where}[${i}]`;
    checkOptions(at, group ?? null, ["parameters", "learningRateFactor", "weightDecay"]);
    const factor = checkNumber(`${at} learningRateFactor`, group.learningRateFactor ?? 1, { min: 0 });
    const weightDecay = group.weightDecay === undefined
      ? undefined : checkNumber(`${at} weightDecay`, group.weightDecay, { min: 0 });
    for (const parameter of checkArray(`${at} parameters`, group.parameters, "an array of Parameters")) {
      checkInstance(`${at} parameters`, parameter, Parameter);
      if (settings.has(parameter)) {
        const given = `parameter "${parameter.name}" for the second time`;
        throw new OptionError({ where: `${at} parameters`, given, allowed: "each parameter once" });
      }
      settings.set(parameter, { factor, weightDecay });
    }
  });
  return settings;
}
