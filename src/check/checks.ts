import { ChainruleError } from "../tensor/errors.ts";
import type { AnyLayer } from "../nn/layer.ts";
import type { Shape } from "../tensor/shape.ts";
import { checkLayer, format, type Factory, type LayerCheckOptions, type LayerReport } from "./layer-check.ts";
import { checkNames, type LayerCheckName } from "./layer-check/checks.ts";

/** One check as a test: run throws if it fails, with what the report says about it. */
export interface NamedCheck {
  readonly name: LayerCheckName;
  /** Throws with the check's message if it fails. */
  readonly run: () => void;
}

/**
 * The checks of a layer one by one, as tests of jest, vitest or node:test. The layer is checked once, by the first that
 * runs. Arguments are those of checkLayer.
 * @example
 * for (const { name, run } of checks((seed) => new MyLayer(4, seed), [4])) test(name, run);
 */
export function checks(
  layer: AnyLayer | Factory, inputShapes: Shape | readonly Shape[], options: LayerCheckOptions = {},
): readonly NamedCheck[] {
  let report: LayerReport | undefined;
  return checkNames(options ?? {}).map((name) => ({
    name,
    run: () => {
      report ??= checkLayer(layer, inputShapes, options);
      const found = report.checks.filter((check) => check.name === name);
      if (found.some(({ passed }) => passed)) return;
      // A check that is left out after a failure is a consequence of it.
      const seen = found.length > 0 ? found : report.checks.filter(({ passed }) => !passed);
      const given = seen.map(({ message }) => message).join(" ");
      const advice = seen.map((one) => one.diagnosis ?? "").join(" ");
      throw new ChainruleError({ where: `the check "${name}"`, given, allowed: "a layer that passes it", advice });
    },
  }));
}

/** What a matcher of jest or vitest returns. */
export interface MatcherResult {
  readonly pass: boolean;
  /** What the matcher says if it fails. */
  readonly message: () => string;
}

/**
 * A matcher for jest and vitest; given the arguments of checkLayer after the layer.
 * @example
 * expect.extend(layerMatchers);
 * expect((seed) => new MyLayer(4, seed)).toPassLayerCheck([4]);
 */
export const layerMatchers = {
  /** Whether the layer passes all checks of checkLayer. */
  toPassLayerCheck(
    layer: unknown, inputShapes: Shape | readonly Shape[], options: LayerCheckOptions = {},
  ): MatcherResult {
    const report = checkLayer(layer as AnyLayer | Factory, inputShapes, options);
    return { pass: report.passed, message: () => format(report) };
  },
};
