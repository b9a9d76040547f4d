import type { Step } from "../recording.ts";

/** A layer on the way to the loss. */
interface Node {
  readonly kind: string;
  readonly inputs: readonly string[];
}

/**
 * The layers of a recording in one line, with its branches: "Affine(2 → 2) > (skip | Affine(2 → 2) > ReLU) > Add".
 * A value that is needed in more than one place without a branch of its own is named: "(left: Affine(2 → 2) | left)".
 */
export function outlineOf(steps: readonly Step[]): string {
  const end = steps.findIndex(({ phase }) => phase === "loss");
  const nodes = new Map<string, Node>();
  for (const { kind, inputs, results } of steps.slice(0, end)) {
    const y = results.find(({ symbol }) => symbol === "y");
    if (y !== undefined) nodes.set(y.name, { kind, inputs: inputs.map(({ name }) => name) });
  }
  const loss = steps[end], [last] = loss.inputs;
  const drawn = new Map<string, number>();
  draw(nodes, last.name, undefined, (name) => {
    drawn.set(name, (drawn.get(name) ?? 0) + 1);
    return undefined;
  });
  const seen = new Set<string>();
  const parts = draw(nodes, last.name, undefined, (name) => {
    if ((drawn.get(name) ?? 0) < 2) return undefined;
    if (seen.has(name)) return { whole: name };
    seen.add(name);
    return { label: name };
  });
  return [...parts, loss.kind].join(" > ");
}

/** How a value is drawn that stands in the outline more than once. */
type Naming = (name: string) => { readonly label: string } | { readonly whole: string } | undefined;

/** The layers from one value, or from the network's input, to another. */
function draw(
  nodes: ReadonlyMap<string, Node>, to: string, from: string | undefined, naming: Naming,
): readonly string[] {
  const node = nodes.get(to);
  if (to === from || node === undefined) return [];
  const named = naming(to);
  if (named !== undefined && "whole" in named) return [named.whole];
  const kind = named === undefined ? node.kind : `${named.label}: ${node.kind}`;
  if (node.inputs.length === 1) return [...draw(nodes, node.inputs[0], from, naming), kind];
  const fork = forkOf(nodes, node.inputs);
  const branches = node.inputs.map((input) => draw(nodes, input, fork, naming).join(" > ") || "skip");
  return [...fork === undefined ? [] : draw(nodes, fork, from, naming), `(${branches.join(" | ")})`, kind];
}

/** The last value that all ways to these go through; undefined if that is the network's input. */
function forkOf(nodes: ReadonlyMap<string, Node>, names: readonly string[]): string | undefined {
  const [first, ...others] = names.map((name) => throughAll(nodes, name));
  return first.find((name) => nodes.has(name) && others.every((other) => other.includes(name)));
}

/** The values that all ways to this one go through, itself first. */
function throughAll(nodes: ReadonlyMap<string, Node>, name: string): readonly string[] {
  const node = nodes.get(name);
  if (node === undefined) return [name];
  const [first, ...others] = node.inputs.map((input) => throughAll(nodes, input));
  return [name, ...(first ?? []).filter((one) => others.every((other) => other.includes(one)))];
}
