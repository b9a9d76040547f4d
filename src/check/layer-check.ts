import { Layer, type AnyLayer } from "../nn/layer.ts";
import { checkNumber, checkOptions, checkSeed } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { checkShape, type Shape } from "../tensor/shape.ts";
import { checksFor, type LayerCheckName } from "./layer-check/checks.ts";
import { Subject, type Factory } from "./layer-check/layer-copy.ts";
import type { LayerCheck, LayerReport } from "./layer-check/report.ts";
import { NOT_COMPARED, readExpected, type ExpectedValues } from "./layer-check/expected.ts";
import { failed, type Verdict } from "./layer-check/verdict.ts";

export { format } from "./layer-check/format.ts";
export type { LayerCheck, LayerReport } from "./layer-check/report.ts";
export { LAYER_CHECKS, type LayerCheckName } from "./layer-check/checks.ts";
export type { ExpectedValues } from "./layer-check/expected.ts";
export type { Factory } from "./layer-check/layer-copy.ts";
export { KNOWN_MISTAKES } from "./layer-check/mistakes.ts";

/** What checkLayer can be told. */
export interface LayerCheckOptions {
  /** What a dropout layer is meant to be: the probability of KEEPING a unit. */
  dropout?: { keep: number };
  /** Of the numbers the checks are made with; default 0. */
  seed?: number;
  /** Values from elsewhere, as a paper's table or another framework, that forward must give. */
  expected?: readonly ExpectedValues[];
}

/**
 * What a layer class may give as `static example()`, so that a program can check it without being told more.
 */
export interface LayerExample extends Pick<LayerCheckOptions, "dropout" | "expected"> {
  readonly layer: AnyLayer | Factory;
  /** The shape of x, or of each of several, without the batch axis. */
  readonly inputShapes: Shape | readonly Shape[];
}

/**
 * Checks a layer, ours or anyone's: shapes, dtypes, order of calls, gradients against the numeric ones, what
 * must not be changed, modes, seeds, batches, state. The names of the checks are those of LAYER_CHECKS. The
 * layer itself is left as it was: all checks run on copies. A layer that is wrong, or throws, gives a report
 * that says so.
 *
 * @param layer a layer, or what makes one from a seed; then seeds are checked too.
 * @param inputShapes the shape of x, or of each of several, without the batch axis.
 * @throws OptionError for anything that is no layer, shape or known option.
 * @example
 * const report = checkLayer((seed) => new Dropout({ keep: 0.8, seed }), [4], { dropout: { keep: 0.8 } });
 * console.log(format(report));
 */
export function checkLayer(
  layer: AnyLayer | Factory, inputShapes: Shape | readonly Shape[], options: LayerCheckOptions = {},
): LayerReport {
  checkOptions("checkLayer", options, ["dropout", "seed", "expected"]);
  const expected = readExpected(options.expected);
  const shapes = shapesOf(inputShapes), seed = checkSeed("checkLayer seed", options.seed ?? 0);
  const keep = keepOf(options.dropout, shapes);
  const make = typeof layer === "function" ? factoryOf(layer) : undefined;
  const source = make === undefined ? layerGiven(layer) : make(seed);
  make?.(seed); // a factory that gives one layer twice is told now
  const subject = new Subject(source, shapes, { seed, make, keep });

  const checks: LayerCheck[] = [];
  const reasons = new Map<string, LayerCheckName>();
  for (const [name, run] of checksFor(subject, expected)) {
    const verdict = attempt(run);
    const before = verdict.passed ? undefined : reasons.get(verdict.message);
    if (!verdict.passed) reasons.set(verdict.message, before ?? name);
    const message = before === undefined ? verdict.message : `As for "${before}".`;
    checks.push({ ...verdict, name, message });
  }
  const notes = expected.length === 0 ? [NOT_COMPARED] : [];
  return { passed: checks.every(({ passed }) => passed), checks, notes };
}

/** A layer that throws has failed the check; only a misused checkLayer throws itself. */
function attempt(run: () => Verdict): Verdict {
  try {
    return run();
  } catch (error) {
    const said = error instanceof Error ? error.message : show(error);
    const isPrivate = error instanceof TypeError && /private (member|field|method)/.test(error.message);
    return failed(isPrivate
      ? `${said}. Layers are copied field by field, and #private fields cannot be: write private instead of #.`
      : `It throws: ${said}`);
  }
}

function layerGiven(layer: unknown): AnyLayer {
  if (layer instanceof Layer) return layer;
  const allowed = "a layer, or (seed) => layer";
  throw new OptionError({ where: "checkLayer", given: show(layer), allowed });
}

function factoryOf(given: Factory): Factory {
  if (given.prototype instanceof Layer) {
    const advice = `Say (seed) => new ${given.name}(…).`, allowed = "a layer, or (seed) => layer";
    throw new OptionError({ where: "checkLayer", given: `the class ${given.name}`, allowed, advice });
  }
  const made = new Set<AnyLayer>();
  return (seed) => {
    const layer = layerGiven(given(seed));
    if (made.has(layer)) {
      const where = "checkLayer factory", allowed = "a new layer each time";
      throw new OptionError({ where, given: `the same ${layer.name} twice`, allowed });
    }
    made.add(layer);
    return layer;
  };
}

function shapesOf(given: unknown): readonly Shape[] {
  const several = Array.isArray(given) && Array.isArray(given[0]);
  const shapes: readonly unknown[] = several ? given : [given];
  return shapes.map((shape) => {
    const checked = checkShape("checkLayer inputShape", shape);
    for (const length of checked) checkNumber("checkLayer inputShape", length, { min: 1 });
    return checked;
  });
}

function keepOf(dropout: unknown, shapes: readonly Shape[]): number | undefined {
  if (dropout === undefined) return undefined;
  const where = "checkLayer dropout";
  checkOptions(where, dropout, ["keep"]);
  if (shapes.length > 1) throw new OptionError({ where, given: `${shapes.length} inputs`, allowed: "one input" });
  const { keep } = dropout as { keep?: unknown };
  const advice = "keep = probability of KEEPING a unit.";
  return checkNumber(`${where} keep`, keep, { exclusiveMin: 0, exclusiveMax: 1 }, advice);
}
