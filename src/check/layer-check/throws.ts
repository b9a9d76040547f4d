/** The framework's own folder, as it stands in stacks: that of its sources, or of the few files made of them. */
const OWN = new URL(import.meta.url.includes("/check/layer-check/") ? "../../" : "./", import.meta.url).href;

/** The file and line at the end of a line of a stack, as V8 and other engines write it. */
const IN_STACK = /(?:\(|at |@)((?:file:|https?:|\/|[A-Z]:\\)[^()]*?:\d+:\d+)\)?$/;

/**
 * "my-layer.ts:12", the innermost line of the user's own code that an error was thrown from or went through; undefined
 * if the stack, which engines write as they like, has none.
 */
export function placeOfThrow(error: unknown): string | undefined {
  return placesInStack(error instanceof Error ? error.stack ?? "" : "")[0]?.replace(/:\d+$/, "");
}

/** "my-layer.ts:12:5" of each line of the user's own code in a stack, the innermost first. */
export function placesInStack(stack: string): readonly string[] {
  const places = stack.split("\n").flatMap((line) => IN_STACK.exec(line.trim())?.[1] ?? []);
  return places.filter((place) => !place.includes("node:") && !isOwn(place))
    .map((place) => place.replace(/^.*[/\\]/, "").replace(/\?[^:]*/, ""));
}

/** Whether the innermost line of code in a stack is the user's own. */
export function isOfUser(stack: string): boolean {
  const [place] = stack.split("\n").flatMap((line) => IN_STACK.exec(line.trim())?.[1] ?? []);
  return place !== undefined && !isOwn(place);
}

function isOwn(place: string): boolean {
  const url = place.startsWith("/") ? `file://${place}` : place;
  return url.startsWith(OWN) || url.includes("/node_modules/");
}
