import type { AnyLayer } from "../../nn/layer.ts";
import { allLayersOf } from "../../nn/parts.ts";
import { Parameter } from "../../nn/parameter.ts";
import { Pass } from "../../nn/pass.ts";
import { MODES } from "./layer-copy.ts";
import type { Subject } from "./subject.ts";
import { failed, passed, plural, type Verdict } from "./verdict.ts";

/** Runs something and says of which parameters this property was read meanwhile. */
function parametersReadBy(
  run: () => void, name: "value" | "shape", before: (parameter: Parameter) => void = () => undefined,
): Set<Parameter> {
  const read = new Set<Parameter>(), { prototype } = Parameter;
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  if (property === undefined) return read;
  Object.defineProperty(prototype, name, {
    ...property,
    get(this: Parameter): unknown {
      before(this);
      read.add(this);
      return property.get?.call(this);
    },
  });
  try {
    run();
  } finally {
    Object.defineProperty(prototype, name, property);
  }
  return read;
}

/** Parameters that a constructor made, and those of them whose numbers it had drawn before they had a seed. */
export interface Making {
  readonly parameters: ReadonlySet<Parameter>;
  readonly early: ReadonlySet<Parameter>;
}

/** Makes a layer, and says which parameters were made meanwhile: a constructor of Parameter reads its shape. */
export function parametersOfMaking<T>(make: () => T): { readonly made: T; readonly making: Making } {
  const made: T[] = [], early = new Set<Parameter>();
  const isDrawn = (parameter: Parameter) => { if (parameter.isUnseeded) early.add(parameter); };
  const parameters = parametersReadBy(() => {
    parametersReadBy(() => { made.push(make()); }, "value", isDrawn);
  }, "shape");
  return { made: made[0], making: { parameters, early } };
}

/** Said of parameters that the constructor made, and that nobody finds. */
export function lostParameters(layer: AnyLayer, made: ReadonlySet<Parameter>): string | undefined {
  const found = new Set(layer.parameters), lost = [...made].filter((one) => !found.has(one) && !one.frozen);
  if (lost.length === 0) return undefined;
  const names = lost.map(({ name }) => `"${name}"`).join(", ");
  return `Made while the layer was constructed, and not found among its fields: Parameter ${names}. Unless it is meant `
    + `to stay as it is, as a teacher's: ${ADVICE}`;
}

const ADVICE = "Keep it in a field of the layer, or in an array in one: a static field, a "
  + "variable of the module or a closure is not found, so it is never trained nor saved, and not told of train and "
  + "eval.";

/** What throws later has the same reason. */
function madeInForward(what: string): Verdict {
  return { ...failed(`The ${what} is made in forward: until then there is nothing to list, draw from a seed, convert, `
    + "train or load. Make it in the constructor, which is given the sizes it needs."), reason: "It throws" };
}

/** All parameters and layers that a forward uses are found among the layer's fields. */
export function checkFound(subject: Subject): Verdict {
  const copy = subject.copy("float32", "eval"), { layer } = copy, inner = new Set<unknown>(allLayersOf(layer));
  const others = new Set<AnyLayer>(), trained = new Set<AnyLayer>(), found = new Set(layer.parameters);
  const held: unknown[] = [];
  const read = parametersReadBy(() => {
    for (const mode of MODES) {
      const observer = ({ layer: one, phase }: { layer: unknown; phase: string }) => {
        if (!inner.has(one)) (phase === "forward" ? others : trained).add(one as AnyLayer);
      };
      const pass = Pass.begin(layer, { observer });
      try {
        const y = copy.setMode(mode).forward(subject.inputs(subject.rows, "float32"));
        held.push(...allLayersOf(layer).flatMap((one): unknown[] => Object.values(one).flat()));
        copy.backward(subject.gradientLike(y));
      } finally {
        pass.rollback();
      }
    }
  }, "value");
  const late = [...others].find((other) => held.includes(other));
  if (late !== undefined) return madeInForward(`layer ${late.name}`);
  const ofOthers = new Set([...others].flatMap((other) => [...other.parameters]));
  const lost = [...read].find((parameter) => !found.has(parameter) && !ofOthers.has(parameter));
  if (lost !== undefined) {
    const all = [...read].filter(({ name }) => name === lost.name);
    if (all.length > 1 || held.includes(lost)) return madeInForward(`Parameter "${lost.name}"`);
    return failed(`Forward uses a Parameter "${lost.name}" that is not found among the layer's fields `
      + `(${plural(found.size, "parameter")} found). ${ADVICE}`);
  }
  const dropping = [...others].find((other) => other.mode === "train" && other.dependsOnMode !== false);
  if (dropping !== undefined) {
    return failed(`Forward uses a layer, ${dropping.name}, that is not found among the layer's fields, and stays in `
      + `train in eval. ${ADVICE}`);
  }
  const learning = [...trained].find((other) => other.parameters.some(({ frozen }) => !frozen));
  if (learning !== undefined) {
    return failed(`Forward and backward use a layer with parameters, ${learning.name}, that is not found among the `
      + `layer's fields (${plural(found.size, "parameter")} found). ${ADVICE}`);
  }
  return passed(`${plural(found.size, "parameter")}, all found among its fields.`);
}
