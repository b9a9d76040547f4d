/** Runs a user's script in a worker and finds the layer in it. */
import * as chainrule from "chainrule";
import { Layer, type AnyLayer } from "chainrule";

export interface OwnLayer {
  readonly name: string;
  make(): AnyLayer;
}

/** @throws Error with a sentence for the page. */
export async function loadOwnLayer(address: string): Promise<OwnLayer> {
  const module = (await import(/* @vite-ignore */ address)) as {
    default: (require: (name: string) => unknown, exports: Record<string, unknown>) => void;
  };
  const exported: Record<string, unknown> = {};
  module.default((name) => {
    if (name === "chainrule") return chainrule;
    throw new Error(`import "${name}": only "chainrule" can be imported here.`);
  }, exported);
  const found = Object.entries(exported).find(
    ([, value]) => typeof value === "function" && value.prototype instanceof Layer,
  );
  if (found === undefined)
    throw new Error("The script exports no layer: write export class MyLayer extends Layer { … }.");
  const [name, type] = found as [string, new () => AnyLayer];
  return { name, make: () => new type() };
}
