import { Layer, type AnyLayer } from "../nn/layer.ts";
import { allLayersOf } from "../nn/parts.ts";
import { Network } from "../network/network.ts";
import { isUnseeded, STREAM } from "../nn/random.ts";
import { stateOf } from "../nn/state.ts";
import { checkChoice, checkNumber, checkOptions, checkSeed } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { checkShape, sameShape, showShape, type Shape } from "../tensor/shape.ts";
import { copyOf, Tensor } from "../tensor/tensor.ts";
import { keyOf } from "../tensor/threefry.ts";
import { checksFor, type LayerCheckName } from "./layer-check/checks.ts";
import { foundDomain, type Domain } from "./layer-check/numbers.ts";
import { lostParameters, parametersOfMaking } from "./layer-check/found.ts";
import { NOT_COMPARED, readExpected, type ExpectedValues } from "./layer-check/expected.ts";
import type { LayerCheck, LayerReport } from "./layer-check/report.ts";
import { Subject, type Factory } from "./layer-check/subject.ts";
import { placeOfThrow } from "./layer-check/throws.ts";
import { failed, formatNumber, place, type Verdict } from "./layer-check/verdict.ts";

export { format } from "./layer-check/format.ts";
export type { LayerCheck, LayerReport } from "./layer-check/report.ts";
export { LAYER_CHECKS, type LayerCheckName } from "./layer-check/checks.ts";
export type { ExpectedValues } from "./layer-check/expected.ts";
export type { Factory } from "./layer-check/subject.ts";
export { KNOWN_MISTAKES } from "./layer-check/mistakes.ts";

/** Options of checkLayer. */
export interface LayerCheckOptions {
  /** What a dropout layer is meant to be: the probability of KEEPING a unit. */
  dropout?: { keep: number };
  /** The seed of the numbers that the checks use; default 0. */
  seed?: number;
  /** Reference values, such as a paper's table or another framework's output, that forward must return. */
  expected?: readonly ExpectedValues[];
  /** The range of x, if the layer does not take every number: [0, Infinity] for a logarithm. Default: any. */
  range?: readonly [number, number];
  /**
   * Rows to check with instead of random ones: x, or a list with one tensor for each input. Of indices, or of a mask of
   * 0 and 1, backward may return a gradient of 0.
   */
  inputs?: Tensor | readonly Tensor[];
  /** Checks fewer numbers, so that even large layers take less than a second. */
  quick?: boolean;
  /** Called before each check with its name, the number of checks done, and their total. */
  onProgress?: (progress: { check: LayerCheckName; done: number; of: number }) => void;
}

/**
 * What a layer class may return from `static example()`, so that a program can check it without more options.
 */
export interface LayerExample extends Pick<LayerCheckOptions, "dropout" | "expected" | "range" | "inputs"> {
  readonly layer: AnyLayer | Factory;
  /** The shape of x, or of each of several, without the batch axis. */
  readonly inputShapes: Shape | readonly Shape[];
}

/**
 * Checks a layer, built in or your own: shapes, dtypes, order of calls, gradients against the numeric ones, what
 * must not be changed, modes, seeds, batches, state. The names of the checks are those of LAYER_CHECKS. The
 * layer itself is left as it was: all checks run on copies. Of a layer that is wrong, or throws, the report
 * says so.
 *
 * @param layer a layer, or a function that makes one from a seed, so that seeds are checked too.
 * @param inputShapes the shape of x, or of each of several, without the batch axis.
 * @throws OptionError if an argument is not a layer or a valid shape, or an option is unknown.
 * @example
 * const report = checkLayer((seed) => new Dropout({ keep: 0.8, seed }), [4], { dropout: { keep: 0.8 } });
 * console.log(format(report));
 */
export function checkLayer(
  layer: AnyLayer | Factory, inputShapes: Shape | readonly Shape[], options: LayerCheckOptions = {},
): LayerReport {
  checkOptions("checkLayer", options, ["dropout", "seed", "expected", "range", "inputs", "quick", "onProgress"]);
  const expected = readExpected(options.expected);
  const shapes = shapesOf(inputShapes), seed = checkSeed("checkLayer seed", options.seed ?? 0);
  const keep = keepOf(options.dropout, shapes), range = rangeOf(options.range),
    given = inputsOf(options.inputs, shapes);
  const quick = checkChoice("checkLayer quick", options.quick ?? false, [true, false]);
  const make = typeof layer === "function" ? factoryOf(layer) : undefined;
  const { made: source, making } = parametersOfMaking(() => make?.(seed) ?? layerGiven(layer));
  make?.(seed); // a factory that returns one layer twice throws now
  const plan = { seed, make, keep, given, quick, early: making.early };
  const { subject, domain } = withinDomain((within) => new Subject(source, shapes, { ...plan, range: within }),
    range);

  const checks: LayerCheck[] = [], reasons = new Map<string, LayerCheckName>();
  const failedSoFar = new Set<string>();
  const runs = checksFor(subject, { domain, expected });
  for (const [done, [name, run]] of runs.entries()) {
    options.onProgress?.({ check: name, done, of: runs.length });
    const verdict = attempt(() => run(failedSoFar));
    if (!verdict.passed) failedSoFar.add(name);
    const before = verdict.passed ? undefined : reasonOf(verdict.message, reasons);
    if (!verdict.passed && before === undefined) reasons.set(verdict.reason ?? verdict.message, name);
    const { message, passed, diagnosis } = verdict;
    checks.push({
      name, passed, message: before === undefined ? message : `As for "${before}".`,
      ...before !== undefined ? { sameAs: before } : diagnosis !== undefined ? { diagnosis } : {},
    });
  }
  const notes = expected.length === 0 ? [NOT_COMPARED] : [];
  const lost = lostParameters(source, making.parameters);
  if (lost !== undefined && !failedSoFar.has("parameters found")) notes.push(lost);
  if (domain.isFound === true) notes.push(foundDomain(domain, subject.range));
  return { passed: checks.every(({ passed }) => passed), checks, notes };
}

/** An earlier check that failed for the same reason. */
function reasonOf(message: string, reasons: ReadonlyMap<string, LayerCheckName>): LayerCheckName | undefined {
  for (const [reason, name] of reasons) if (message === reason || message.includes(reason)) return name;
  return undefined;
}

/** Ranges to try if y is NaN for x around 0: of a logarithm, of a logit. */
const RANGES: readonly (readonly [number, number])[] = [[0, Infinity], [-1, 1], [0, 1], [1, Infinity], [-Infinity, 0]];

/** What is checked, in the range of the options or, if y is NaN there, in the first one in which it is not. */
function withinDomain(
  subjectIn: (range: readonly [number, number]) => Subject, range: readonly [number, number],
): { subject: Subject; domain: Domain } {
  const subject = subjectIn(range), seen = nanIn(subject);
  if (seen === undefined) return { subject, domain: {} };
  for (const narrower of subject.isAnywhere ? RANGES : []) {
    const other = subjectIn(narrower);
    if (nanIn(other) === undefined) return { subject: other, domain: { seen, isFound: true } };
  }
  return { subject, domain: { seen, isFound: false } };
}

/**
 * Where y is NaN for the x of the checks, in eval; undefined if it is not, or forward throws, as another check
 * says.
 */
function nanIn(subject: Subject): string | undefined {
  try {
    const inputs = subject.inputs(subject.rows), y = subject.copy("float64", "eval").forward(inputs);
    const at = y.data.findIndex((value) => value !== value);
    if (at < 0) return undefined;
    const [x] = inputs, same = x.data.length === y.data.length ? ` where ${place("x", x, at)} is `
      + formatNumber(x.data[at]) : "";
    return `${place("y", y, at)} is NaN${same}.`;
  } catch {
    return undefined;
  }
}

/** What engines say of #private fields and methods of an object that has none. */
const OF_PRIVATE = /private (member|field|method)|(object|receiver) must be an instance of class/i;

/** A layer that throws fails the check; checkLayer itself throws only if it is misused. */
function attempt(run: () => Verdict): Verdict {
  try {
    return run();
  } catch (error) {
    const said = error instanceof Error ? error.message : show(error);
    const isPrivate = error instanceof TypeError && OF_PRIVATE.test(error.message);
    if (isPrivate) {
      const advice = "Layers are copied field by field, and #private fields and methods cannot be: write private "
        + "instead of #.";
      return { ...failed(`${said}. ${advice}`), reason: said };
    }
    const where = placeOfThrow(error);
    return { ...failed(`It throws${where === undefined ? "" : ` at ${where}`}: ${said}`), reason: said };
  }
}

function layerGiven(layer: unknown): AnyLayer {
  if (layer instanceof Layer) return layer;
  const allowed = "a layer, or (seed) => layer", has = (name: string) => {
    return typeof layer === "object" && layer !== null && typeof Reflect.get(layer, name) === "function";
  };
  const ofLosses = has("forward") && has("backward") ? "Of a loss, use checkLoss." : "";
  const advice = has("step") ? "Of an optimizer, use checkOptimizer." : ofLosses;
  throw new OptionError({ where: "checkLayer", given: show(layer), allowed, advice });
}

function factoryOf(given: Factory): Factory {
  if (given.prototype instanceof Layer) {
    const advice = `Say (seed) => new ${given.name}(…).`, allowed = "a layer, or (seed) => layer";
    throw new OptionError({ where: "checkLayer", given: `the class ${given.name}`, allowed, advice });
  }
  const made = new Set<AnyLayer>();
  return (seed) => {
    const layer = layerGiven(given(seed));
    // As in a network: a factory without an argument cannot pass the seed on, and what a seeded layer holds follows it.
    if (given.length === 0 || !isUnseeded(stateOf(layer).key)) seedLayer(layer, seed);
    if (made.has(layer)) {
      const where = "checkLayer factory", allowed = "a new layer each time";
      throw new OptionError({ where, given: `the same ${layer.name} twice`, allowed });
    }
    made.add(layer);
    return layer;
  };
}

function seedLayer(layer: AnyLayer, seed: number): void {
  allLayersOf(layer).forEach((part, i) => {
    const state = stateOf(part), isSeedless = part instanceof Network && part.seed === undefined;
    if (state.place === undefined && (isSeedless || isUnseeded(state.key))) state.key = keyOf(seed, STREAM.masks, i);
  });
  layer.parameters.forEach((parameter, i) => {
    if (parameter.isUnseeded) parameter.key = keyOf(seed, STREAM.weights, i);
  });
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

function rangeOf(given: unknown): readonly [number, number] {
  if (given === undefined) return [-Infinity, Infinity];
  const bounds: unknown = Array.isArray(given) ? [...given as unknown[]] : undefined;
  if (Array.isArray(bounds) && bounds.length === 2) {
    const [low, high] = bounds as unknown[];
    if (typeof low === "number" && typeof high === "number" && low < high) return [low, high];
  }
  const allowed = "[low, high] with low < high, as [0, Infinity]";
  throw new OptionError({ where: "checkLayer range", given: show(given), allowed });
}

function inputsOf(given: unknown, shapes: readonly Shape[]): readonly Tensor[] | undefined {
  if (given === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const tensors = list.filter((x) => x instanceof Tensor);
  const fits = tensors.length === list.length && tensors.length === shapes.length && tensors.every((x, k) => {
    return x.shape[0] === tensors[0].shape[0] && x.shape[0] > 0 && sameShape(x.shape.slice(1), shapes[k]);
  });
  if (fits) return tensors.map((x) => copyOf(x));
  const allowed = `rows of shape ${shapes.map(showShape).join(" and ")}, as many of each input`;
  const shown = tensors.length === list.length ? tensors.map(({ shape }) => showShape(shape)).join(" and ")
    : show(given);
  throw new OptionError({ where: "checkLayer inputs", given: shown, allowed });
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
