export {
  ChainruleError, DataError, GraphError, NumericError, OptionError, CallOrderError, ShapeError, type Problem,
} from "./tensor/errors.ts";
export type { Shape } from "./tensor/shape.ts";
export { copyOf, Tensor, tensor, zeros, zerosLike, type DType, type Nested, type Numbers } from "./tensor/tensor.ts";
export type { RandomStream } from "./nn/random.ts";
export { add, scale } from "./ops/elementwise.ts";
export { divide, multiply, subtract } from "./ops/arithmetic.ts";
export { exp, log, pow, sigmoid, sqrt, tanh } from "./ops/functions.ts";
export { concat, mean, repeat, rows, slice, sum } from "./ops/axes.ts";
export { softmax } from "./ops/softmax.ts";
export { softmaxBackward } from "./ops/softmax-backward.ts";
export { batchMatmul } from "./ops/batch-matmul.ts";
export { addColumnSums, addMatmul, addRow, matmul, transposed, type Transposed } from "./ops/products.ts";
export type { Formula, IsNew, LayerDescription } from "./nn/description.ts";
export { Layer, type AnyLayer } from "./nn/layer.ts";
export type { Json } from "./nn/json-state.ts";
export { register, registered, type ArgumentsOf, type LayerClass } from "./layers/registry.ts";
export { Parameter, type Constraint, type Initializer, type ParameterOptions } from "./nn/parameter.ts";
export * from "./layers/all.ts";
export * as initializers from "./nn/initializers.ts";
export type { Init, WeightOptions } from "./layers/weights.ts";
export { DropoutLayer } from "./layers/dropout/dropout-layer.ts";
export type { KeepOptions } from "./layers/dropout/dropout-layer.ts";
export type { Pool2dOptions } from "./layers/pooling/pool2d.ts";
export type { Pair } from "./layers/convolution/window.ts";
export { Network, type NetworkOptions } from "./network/network.ts";
export type { Node, Plan } from "./network/plan.ts";
export { Sequential } from "./network/sequential.ts";
export { Graph, type Declared } from "./network/graph.ts";
export { residual } from "./network/residual.ts";
export { networkToJson } from "./serialize/describe.ts";
export { networkFromJson } from "./serialize/build.ts";
export { loadWeightsFromBytes, modelFromBytes, modelToBytes, type ModelOptions } from "./serialize/model.ts";
export type { SavedSchema } from "./serialize/saved-schema.ts";
export type { Labels, Loss } from "./losses/loss.ts";
export { ReducedLoss } from "./losses/reduced.ts";
export { ElementwiseLoss } from "./losses/elementwise.ts";
export { ClassificationLoss } from "./losses/classification.ts";
export type { ClassificationOptions } from "./losses/classification.ts";
export type { LossOptions } from "./losses/reduced.ts";
export { CrossEntropy, type CrossEntropyOptions } from "./losses/cross-entropy.ts";
export { BinaryCrossEntropy } from "./losses/binary-cross-entropy.ts";
export { MeanSquaredError } from "./losses/mean-squared-error.ts";
export { Huber, type HuberOptions } from "./losses/huber.ts";
export { Hinge, type HingeOptions } from "./losses/hinge.ts";
export { NegativeLogLikelihood } from "./losses/negative-log-likelihood.ts";
export type { Optimizer } from "./optim/optimizer.ts";
export type { ParameterGroup } from "./optim/groups.ts";
export { OptimizerBase, type OptimizerOptions } from "./optim/optimizer-base.ts";
export type { CommonStep, Update } from "./backends/backend.ts";
export { SGD, type SGDOptions } from "./optim/sgd.ts";
export { Adam, type AdamOptions } from "./optim/adam.ts";
export { AdamW } from "./optim/adam-w.ts";
export { RMSProp, type RMSPropOptions } from "./optim/rms-prop.ts";
export { AdaGrad, type AdaGradOptions } from "./optim/ada-grad.ts";
export { MaxNorm } from "./optim/constraints/max-norm.ts";
export { UnitNorm } from "./optim/constraints/unit-norm.ts";
export { NonNegative } from "./optim/constraints/non-negative.ts";
export { clipGradientNorm, clipGradientValue } from "./optim/clip.ts";
export { L1, L2, type Penalty } from "./optim/penalties.ts";
export { ExponentialMovingAverage, type Averaged } from "./optim/exponential-moving-average.ts";
export type { Schedule } from "./optim/schedules/schedule.ts";
export { stepDecay } from "./optim/schedules/step-decay.ts";
export { multiStepDecay } from "./optim/schedules/multi-step-decay.ts";
export { exponentialDecay } from "./optim/schedules/exponential-decay.ts";
export { cosineDecay } from "./optim/schedules/cosine-decay.ts";
export { linearRamp } from "./optim/schedules/linear-ramp.ts";
export { oneCycle, type OneCycleOptions } from "./optim/schedules/one-cycle.ts";
export { sequence, type Part } from "./optim/schedules/sequence.ts";
export { ReduceOnPlateau, type ReduceOnPlateauOptions } from "./optim/schedules/reduce-on-plateau.ts";
export { Dataset } from "./data/dataset.ts";
export { NamedDataset, type DataNames } from "./data/named-dataset.ts";
export { fromRows, type Column, type RowsOptions, type TableData } from "./data/rows.ts";
export { fromCsv, type CsvOptions } from "./data/csv.ts";
export { readTable, type Table, type TableOptions } from "./data/table/table.ts";
export type { Cell, RowObject, Rows, TableSource } from "./data/table/source.ts";
export { fitTable } from "./data/table/fit.ts";
export type { ColumnOptions, FillOption, FitTableOptions } from "./data/table/fit-options.ts";
export {
  TableSchema, type ApplyOptions, type Prediction, type TableEvaluation, type UnitErrors,
} from "./data/table/schema.ts";
export type {
  ColumnSchema, Fill, LabelSchema, LeftOutColumn, NumberColumn, WordsColumn,
} from "./data/table/columns.ts";
export { predictRows, schemaOf } from "./data/table/predict-rows.ts";
export { split, stratifiedSplit, type Split, type SplitOptions } from "./data/split.ts";
export { Standardization, type StandardizationState } from "./data/standardization.ts";
export { augment, type AugmentOptions } from "./data/augment.ts";
export * as toys from "./data/toys.ts";
export { fromArrays } from "./data/from-arrays.ts";
export { readIdx } from "./formats/idx.ts";
export { readNpy } from "./formats/npy.ts";
export { readNpz } from "./formats/npz.ts";
export { readCsv, type ReadCsvOptions } from "./formats/csv.ts";
export { readSafetensors, type SafetensorsFile } from "./formats/safetensors.ts";
export {
  writeSafetensors, type Metadata, type NamedArrays, type WritableArray,
} from "./formats/write-safetensors.ts";
export type { FileArrays, FileDType, FileNumbers } from "./formats/dtypes.ts";
export type { LoadedArray, LoadedNumbers } from "./formats/loaded.ts";
export type { EpochRecord, EpochTotals, Evaluation, Sums } from "./train/evaluation.ts";
export type { Hooks, StepPlace } from "./train/hooks.ts";
export type { GradientOptions, GradientRules } from "./train/gradient-rules.ts";
export { Trainer, type Callback, type Checkpoint, type TrainerOptions } from "./train/trainer.ts";
export { checkpointToBytes } from "./serialize/checkpoint/write.ts";
export { readCheckpoint } from "./serialize/checkpoint/resume.ts";
export type { Change, ResumeOptions } from "./train/resume-options.ts";
export type { FitOptions, LastBatch, PendingFit, Progress, Run } from "./train/run.ts";
export { schedule, scheduleOnPlateau, type ScheduleCallback } from "./train/callbacks/schedule.ts";
export { keepSchedule } from "./train/callbacks/keep-schedule.ts";
export type { Monitor } from "./train/callbacks/monitor.ts";
export { BestWeights, type BestWeightsOptions } from "./train/callbacks/best-weights.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./train/callbacks/early-stopping.ts";
export { stepLimit, timeLimit } from "./train/callbacks/limits.ts";
export { movingAverage } from "./train/callbacks/moving-average.ts";
export { historyToCsv, historyToJsonLines } from "./train/history.ts";
export { measure } from "./train/metrics/measure.ts";
export type { Metric } from "./train/metrics/metric.ts";
export { Accuracy, TopK } from "./train/metrics/accuracy.ts";
export { ConfusionMatrix, type ClassScore } from "./train/metrics/confusion-matrix.ts";
export { MeanError } from "./train/metrics/mean-error.ts";
export {
  gradientCheck, type GradientCheckOptions, type GradientEntry, type GradientReport,
} from "./check/gradient-check.ts";
export {
  checkLayer, format, format as formatLayerReport, LAYER_CHECKS, KNOWN_MISTAKES, type ExpectedValues,
  type Factory as LayerFactory,
  type LayerCheck, type LayerCheckName, type LayerCheckOptions, type LayerExample,
  type LayerReport,
} from "./check/layer-check.ts";
export type { Check, CheckReport } from "./check/report.ts";
export { checks, layerMatchers, type MatcherResult, type NamedCheck } from "./check/checks.ts";
export { checkLoss, LOSS_CHECKS, type LossFactory } from "./check/loss-check.ts";
export { checkOptimizer, OPTIMIZER_CHECKS, type OptimizerFactory } from "./check/optimizer-check.ts";
export {
  predictWithDropout, type DropoutPrediction, type PredictWithDropoutOptions,
} from "./network/predict-with-dropout.ts";
export type { Anomaly } from "./train/anomaly.ts";
export { detectAnomaly, type DetectAnomalyOptions } from "./trace/detect-anomaly.ts";
export {
  explainTrace, type ExplainedTrace, type ExplainTraceOptions, type TraceStep,
} from "./trace/explain-trace.ts";
export type { NumberAccount } from "./trace/account.ts";
export type { Influence, Path } from "./trace/connections.ts";
export type { Explanation } from "./trace/element.ts";
export type { Intermediate } from "./trace/expressions/expand.ts";
export type { Operator, Reduction } from "./trace/expressions/expression.ts";
export type { Term } from "./trace/expressions/term.ts";
export type { NumericGradient } from "./trace/numeric.ts";
export type { RecordOptions } from "./trace/record.ts";
export type { SoftmaxSteps } from "./trace/record-loss.ts";
export type { Zero } from "./trace/why.ts";
export { explain } from "./trace/explain.ts";
export { trace, type TraceEvent, type TraceOptions } from "./trace/trace.ts";
export { backendInUse, useBackend, type BackendInUse, type BackendName } from "./backends/in-use.ts";
