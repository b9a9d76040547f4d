/** The layer that a user wrote, in the worker that runs it. */
import type { Layer } from "chainrule";

let make: (() => Layer) | undefined;

/** Loads it from the address the service worker serves it at. @throws Error with a sentence for the page. */
export async function useOwnLayer(address: string | undefined): Promise<void> {
  make = undefined;
  if (address === undefined) return;
  // The whole library comes with it: a user may import any of its names.
  const { loadOwnLayer } = await import("./load.ts"),
    own = await loadOwnLayer(address);
  make = () => own.make() as Layer;
}

/** @throws Error if there is none. */
export function newOwnLayer(): Layer {
  if (make === undefined)
    throw new Error("The network has a layer of your own, and there is none: write one under Own layer.");
  return make();
}
