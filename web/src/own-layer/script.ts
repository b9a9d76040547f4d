/** Gives the service worker a script to serve as one of the page's own: no policy of the page refuses that. */

import { serviceWorkers } from "../ui/service-workers.ts";

/** Why the part is off, or undefined. */
export async function whyOff(): Promise<string | undefined> {
  const workers = serviceWorkers();
  if (workers === undefined)
    return "This browser gives this page no service worker. Own layers need one, which takes https or localhost.";
  const ready = await Promise.race([workers.ready, later(5000)]);
  if (ready === undefined)
    return "The page's service worker did not start, and own layers are run through it. Reload the page to try again.";
  if (workers.controller !== null) return undefined;
  await Promise.race([
    new Promise((resolve) => workers.addEventListener("controllerchange", resolve, { once: true })),
    later(2000),
  ]);
  return workers.controller === null
    ? "The page's service worker does not control the page yet. Reload the page."
    : undefined;
}

function later(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds));
}

/** @returns the address a worker can import. */
export async function serveScript(text: string): Promise<string> {
  const controller = serviceWorkers()?.controller ?? undefined;
  if (controller === undefined)
    throw new Error("The page's service worker does not control the page yet. Reload the page.");
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const digest = Array.from(new Uint8Array(bytes).subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0"));
  const name = `${digest.join("")}.js`;
  const { port1, port2 } = new MessageChannel();
  const kept = new Promise((resolve) => {
    port1.onmessage = resolve;
  });
  controller.postMessage({ type: "script", name, text }, [port2]);
  await kept;
  return new URL(`own-layer/${name}`, document.baseURI).href;
}
