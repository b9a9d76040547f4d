import type { Layer, Parameter, Tensor } from "chainrule";
import { understandOnly } from "./adapter.ts";
import { FormatError, type Fields } from "./fields.ts";

/** What a layer is made of, wherever a case keeps it. */
export interface Ingredients {
  readonly attrs: Fields;
  readonly parameter: (role: string) => Parameter | undefined;
  readonly mask: Tensor | undefined;
}

export type Make = (from: Ingredients) => Layer;

/** A layer without options. */
export function plain(make: () => Layer): Make {
  return ({ attrs }) => {
    understandOnly(attrs, []);
    return make();
  };
}

/** A parameter the layer cannot do without. */
export function needed({ attrs, parameter }: Ingredients, role: string): Parameter {
  const found = parameter(role);
  if (found === undefined) throw new FormatError(`${attrs.path}: a ${role} is expected, it is missing`);
  return found;
}
