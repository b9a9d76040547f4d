/** Pictures of networks and their passes as SVG text that stands alone, and as Mermaid and DOT: chainrule/pictures. */
export { layerDiagram } from "./pictures/layer-diagram.ts";
export { toMermaid } from "./pictures/to-mermaid.ts";
export { toDot } from "./pictures/to-dot.ts";
export { type StructureOptions } from "./pictures/structure.ts";
