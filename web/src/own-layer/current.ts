/** The layer that a user wrote, in the worker that runs it. */
import type { Layer } from "chainrule";

let own: { readonly name: string; make(): Layer } | undefined;

/** Loads it from the address the service worker serves it at. @throws Error with a sentence for the page. */
export async function useOwnLayer(address: string | undefined): Promise<void> {
  own = undefined;
  if (address === undefined) return;
  // The whole library comes with it: a user may import any of its names.
  const { loadOwnLayer } = await import("./load.ts"),
    { name, make } = await loadOwnLayer(address);
  own = { name, make: () => make() as Layer };
}

/** @throws Error if there is none. */
export function newOwnLayer(): Layer {
  return given().make();
}

/** The name its script exports it by. @throws Error as above. */
export function ownLayerName(): string {
  return given().name;
}

function given() {
  if (own === undefined)
    throw new Error("The network has a layer of your own, and there is none: write one under Own layer.");
  return own;
}
