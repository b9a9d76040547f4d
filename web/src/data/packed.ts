import { messageOf } from "../ui/message-of.ts";

/** @returns the bytes of a compressed file of the page. @throws Error with a sentence for the page. */
export async function unpack(file: URL, what: string): Promise<ArrayBuffer> {
  const response = await fetch(file).catch((error: unknown) => {
    throw new Error(`${what} could not be loaded: ${messageOf(error)}`);
  });
  if (!response.ok || response.body === null) throw new Error(`${what} could not be loaded (${response.status}).`);
  return new Response(response.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}
