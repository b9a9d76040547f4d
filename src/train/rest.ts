/** The longest time, in milliseconds, that fit keeps others waiting. */
const LONGEST = 50;

/** One clock for all fits, so that many short ones rest as often as a long one. */
let rested = performance.now();

/** Lets timers, signals and clicks have their turn once 50 ms have passed since they last had one. */
export function rest(): Promise<void> | undefined {
  const passed = performance.now() - rested;
  if (passed >= 0 && passed < LONGEST) return undefined;
  return new Promise<void>(nextTask).then(() => { rested = performance.now(); });
}

/** Not by a timer if there is another way: browsers slow timers down, in hidden tabs to one a second or a minute. */
function nextTask(resolve: () => void): void {
  if (typeof setImmediate === "function") setImmediate(resolve);
  else if (typeof MessageChannel === "function") {
    const { port1, port2 } = new MessageChannel(), port: { onmessage?: () => void; close: () => void } = port1;
    port.onmessage = () => {
      // An open port would keep a process alive.
      port.close();
      resolve();
    };
    port2.postMessage(null);
  } else setTimeout(resolve, 0);
}
