import { withInnerLayers, type AnyLayer } from "../../nn/layer.ts";
import { Parameter } from "../../nn/parameter.ts";
import { Pass } from "../../nn/pass.ts";
import { MODES } from "./layer-copy.ts";
import type { Subject } from "./subject.ts";
import { failed, passed, plural, type Verdict } from "./verdict.ts";

/** Runs something and says whose numbers were read meanwhile. */
function parametersReadBy(run: () => void): Set<Parameter> {
  const read = new Set<Parameter>(), { prototype } = Parameter;
  const property = Object.getOwnPropertyDescriptor(prototype, "value");
  if (property === undefined) return read;
  Object.defineProperty(prototype, "value", {
    ...property,
    get(this: Parameter): unknown {
      read.add(this);
      return property.get?.call(this);
    },
  });
  try {
    run();
  } finally {
    Object.defineProperty(prototype, "value", property);
  }
  return read;
}

const ADVICE = "Keep it in a field of the layer, or in an array in one: a static field, a "
  + "variable of the module or a closure is not found, so it is never trained nor saved, and not told of train and "
  + "eval.";

/** All parameters and layers that a forward uses are found among the layer's fields. */
export function checkFound(subject: Subject): Verdict {
  const copy = subject.copy("float32", "eval"), { layer } = copy, inner = new Set<unknown>(withInnerLayers(layer));
  const others = new Set<AnyLayer>();
  const read = parametersReadBy(() => {
    for (const mode of MODES) {
      const observer = ({ layer: one }: { layer: unknown }) => { if (!inner.has(one)) others.add(one as AnyLayer); };
      const pass = Pass.begin(layer, { observer });
      try {
        copy.setMode(mode).forward(subject.inputs(subject.rows, "float32"));
      } finally {
        pass.rollback();
      }
    }
  });
  const found = new Set(layer.parameters);
  const ofOthers = new Set([...others].flatMap((other) => [...other.parameters]));
  const lost = [...read].find((parameter) => !found.has(parameter) && !ofOthers.has(parameter));
  if (lost !== undefined) {
    return failed(`Forward uses a Parameter "${lost.name}" that is not found among the layer's fields `
      + `(${plural(found.size, "parameter")} found). ${ADVICE}`);
  }
  const dropping = [...others].find((other) => other.mode === "train" && other.dependsOnMode !== false);
  if (dropping !== undefined) {
    return failed(`Forward uses a layer, ${dropping.name}, that is not found among the layer's fields, and stays in `
      + `train in eval. ${ADVICE}`);
  }
  return passed(`${plural(found.size, "parameter")}, all found among its fields.`);
}
