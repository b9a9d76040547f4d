import { Graph, layout as place } from "@dagrejs/dagre";

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** The frame it is in. */
  readonly group?: string | undefined;
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** A frame around boxes and other frames. */
export interface Group {
  readonly id: string;
  readonly group?: string | undefined;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle by its upper left corner. */
export interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** In the order they were given. */
  readonly boxes: readonly Rectangle[];
  readonly arrows: readonly (readonly Point[])[];
  readonly groups: readonly Rectangle[];
}

/** Between boxes beside each other, and between a box and the next one below. */
const BESIDE = 24, BELOW = 34;
/** Rounding and lines at the border stay inside. */
const MARGIN = 2;

/** What is not the same in all pictures. */
export interface LayoutOptions {
  readonly groups?: readonly Group[];
  /** Pairs of boxes, the second to the right of the first if they are on one level: the first are in one line. */
  readonly beside?: readonly (readonly [left: string, right: string])[] | undefined;
}

/** Places boxes from top to bottom, so that arrows point down and cross each other as little as possible (dagre). */
export function layout(
  boxes: readonly Box[], arrows: readonly Arrow[], { groups = [], beside }: LayoutOptions = {},
): Layout {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: BESIDE, ranksep: BELOW, ...(beside && { align: "UL" }) });
  for (const { id } of groups) graph.setNode(`group ${id}`, {});
  for (const { id, width, height } of boxes) graph.setNode(`box ${id}`, { width, height });
  for (const { id, group } of groups) if (group !== undefined) graph.setParent(`group ${id}`, `group ${group}`);
  for (const { id, group } of boxes) if (group !== undefined) graph.setParent(`box ${id}`, `group ${group}`);
  arrows.forEach(({ from, to }, i) => graph.setEdge(`box ${from}`, `box ${to}`, {}, String(i)));
  place(graph, {
    constraints: (beside ?? []).map(([left, right]) => ({ left: `box ${left}`, right: `box ${right}` })),
  });
  const at = (name: string): Rectangle => {
    const { x, y, width, height } = graph.node(name);
    return { x: x - width / 2 + MARGIN, y: y - height / 2 + MARGIN, width, height };
  };
  const { width, height } = graph.graph();
  return {
    width: width + 2 * MARGIN, height: height + 2 * MARGIN,
    boxes: boxes.map(({ id }) => at(`box ${id}`)), groups: groups.map(({ id }) => at(`group ${id}`)),
    arrows: arrows.map(({ from, to }, i) => (
      graph.edge(`box ${from}`, `box ${to}`, String(i)).points.map(({ x, y }) => ({ x: x + MARGIN, y: y + MARGIN })))),
  };
}
