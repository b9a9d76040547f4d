/** Charts as SVG text that stands alone, and as characters for a terminal: chainrule/charts. */
export { type Chart, type SvgOptions, type TextOptions } from "./charts/chart.ts";
export { type Paint } from "./charts/palette.ts";
export { lineChart, type AxisOptions, type LineChartOptions } from "./charts/line-chart.ts";
export { type Point, type Series } from "./charts/lines.ts";
export { barChart, type Bar, type BarChartOptions } from "./charts/bar-chart.ts";
export { heatMap, type HeatMapOptions } from "./charts/heat-map.ts";
export { histogram, type HistogramOptions } from "./charts/histogram.ts";
export { tiles, type Tile, type TilesOptions } from "./charts/tiles.ts";
export { statisticOf, type Statistic } from "./charts/statistic.ts";
