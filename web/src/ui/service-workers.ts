/** Those of the browser; undefined where they are missing, or may not even be asked for, as in sandboxed frames. */
export function serviceWorkers(): ServiceWorkerContainer | undefined {
  try {
    return "serviceWorker" in navigator ? navigator.serviceWorker : undefined;
  } catch {
    return undefined;
  }
}
