/** Resolves once the page has been painted: a message is seen before long work begins. */
export function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
