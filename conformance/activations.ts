import { ELU, GELU, LeakyReLU, LogSoftmax, Sigmoid, SiLU, Softplus, Tanh, type Layer } from "chainrule";
import { NotOffered, understandOnly } from "./adapter.ts";
import { plain, type Ingredients, type Make } from "./ingredients.ts";

/** The activations with which the format goes beyond ReLU and softmax. */
export const activations: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["leaky_relu", leakyReLU], ["elu", elu], ["gelu", gelu],
  ["silu", plain(() => new SiLU())],
  ["sigmoid", plain(() => new Sigmoid())],
  ["tanh", plain(() => new Tanh())],
  ["softplus", plain(() => new Softplus())],
  ["log_softmax", plain(() => new LogSoftmax())],
]);

function leakyReLU({ attrs }: Ingredients): Layer {
  understandOnly(attrs, ["slope"]);
  return new LeakyReLU({ slope: attrs.number("slope", 0.01) });
}

function elu({ attrs }: Ingredients): Layer {
  understandOnly(attrs, ["alpha"]);
  return new ELU({ alpha: attrs.number("alpha", 1) });
}

function gelu({ attrs }: Ingredients): Layer {
  understandOnly(attrs, ["approximate"]);
  const approximate = attrs.text("approximate", "none");
  if (approximate !== "none" && approximate !== "tanh") throw new NotOffered(`${approximate} approximation`);
  return new GELU({ approximate });
}
