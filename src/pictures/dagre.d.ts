/** What is used of dagre. Its own types refer to files without their endings, so the compiler reads them as any. */
declare module "@dagrejs/dagre" {
  interface Size {
    readonly width: number;
    readonly height: number;
  }
  interface Place extends Size {
    readonly x: number;
    readonly y: number;
  }
  interface Route {
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }
  interface Spacing {
    readonly rankdir: "TB";
    readonly nodesep: number;
    readonly ranksep: number;
    readonly align?: "UL";
  }
  interface Order {
    readonly left: string;
    readonly right: string;
  }
  export class Graph {
    constructor(options: { readonly compound: boolean; readonly multigraph: boolean });
    setGraph(options: Spacing): this;
    setNode(name: string, size: Size | Record<string, never>): this;
    setParent(name: string, parent: string): this;
    setEdge(from: string, to: string, label: object, name: string): this;
    /** After `layout`: the size of the whole. */
    graph(): Size;
    node(name: string): Place;
    edge(from: string, to: string, name: string): Route;
  }
  export function layout(graph: Graph, options: { readonly constraints: readonly Order[] }): void;
}
