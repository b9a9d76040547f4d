/** Experiments: networks to compare, their options and how they are trained. Run by `npx chainrule experiment FILE`. */
export { option, type OptionSpec, type OptionSpecs, type OptionValue, type ValuesOf } from "./experiment/options.ts";
export {
  experiment, type DataContext, type DefaultSweep, type ErrorMeasure, type Experiment, type ExperimentData,
  type ExperimentDefinition, type Preset, type TrainingContext, type TrainingRecipe,
} from "./experiment/experiment.ts";
export type {
  FigureContext, FigureDefinition, FigurePoint, HistogramFigure, LinesFigure, LinesOf, TilesFigure,
} from "./experiment/figures.ts";
