/** Pictures of networks and their passes as SVG text that stands alone, and as Mermaid and DOT: chainrule/pictures. */
export { layerDiagram } from "./pictures/layer-diagram.ts";
export {
  computationalGraph, type ComputationalGraphOptions, type GraphDrawing,
} from "./pictures/computational-graph.ts";
export { thinnedNetwork, type ThinnedNetworkOptions } from "./pictures/thinned-network.ts";
export { activationHistograms, gradientHistograms, type LayerHistogramOptions } from "./pictures/layer-histograms.ts";
export { decisionRegions, type DecisionRegionsOptions } from "./pictures/decision-regions.ts";
export { firstLayerWeights, type WeightTilesOptions } from "./pictures/weight-tiles.ts";
export { maskTiles, type MaskTilesOptions } from "./pictures/mask-tiles.ts";
export { type PictureSize } from "./pictures/picture-size.ts";
export { toMermaid } from "./pictures/to-mermaid.ts";
export { toDot } from "./pictures/to-dot.ts";
export { type StructureOptions } from "./pictures/structure.ts";
