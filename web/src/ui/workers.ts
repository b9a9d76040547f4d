/** Workers of the page. */
import { messageOf } from "./message-of.ts";

/**
 * Starts one. @param make calls `new Worker` with an address that the bundler finds.
 * @param onFail is told why it could not be started, or what ended it.
 * @throws Error with a sentence for the page if workers are forbidden.
 */
export function startWorker(make: () => Worker, onFail: (message: string) => void): Worker {
  let worker: Worker;
  try {
    worker = make();
  } catch (error) {
    throw new Error(`This page computes in workers, and the browser refused one: ${messageOf(error)}`);
  }
  // Without a message the script itself could not be loaded.
  worker.onerror = ({ message }: Partial<ErrorEvent>) =>
    onFail(message === undefined || message === "" ? "The worker's script could not be loaded." : message);
  return worker;
}
