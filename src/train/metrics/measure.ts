import { batches, Dataset } from "../../data/dataset.ts";
import { Network } from "../../network/network.ts";
import { checkInstance, checkInteger, checkNoPromise, checkOptions } from "../../tensor/checks.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import type { Labels } from "../../losses/loss.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Metric } from "./metric.ts";

/**
 * Puts a network's predictions for a whole set through some metrics, which are given back. The network
 * predicts in eval mode; each layer's mode is put back, also after a throw.
 * @example
 * const { top, confusion } = measure(network, test, { top: new TopK(3), confusion: new ConfusionMatrix() });
 * console.log(top.value, confusion.scores);
 */
export function measure<Metrics extends Readonly<Record<string, Metric<unknown>>>>(
  network: Network, data: Dataset, metrics: Metrics, options: { batchSize?: number } = {},
): Metrics {
  checkOptions("measure", options, ["batchSize"]);
  const batchSize = checkInteger("measure batchSize", options.batchSize ?? 256, { min: 1 });
  checkInstance("measure network", network, Network);
  checkInstance("measure data", data, Dataset);
  data.names?.checkSame("measure data", network.trainedOn);
  if (typeof metrics !== "object" || metrics === null) {
    const allowed = "metrics by name, as { top: new TopK(3) }";
    throw new OptionError({ where: "measure metrics", given: show(metrics), allowed });
  }
  for (const [name, metric] of Object.entries(metrics)) {
    if (typeof metric?.add === "function") continue;
    const where = `measure metrics, ${name}`, given = show(metric);
    throw new OptionError({ where, given, allowed: "a metric, such as new Accuracy()" });
  }
  const everyRow = Array.from({ length: data.size }, (_, row) => row);
  for (const { x, labels } of batches(data, everyRow, batchSize)) {
    const prediction = network.predict(x);
    for (const [name, metric] of Object.entries<{ add(x: Tensor, labels: Labels): unknown }>(metrics)) {
      checkNoPromise(`measure metrics, ${name}`, metric.add(prediction, labels));
    }
  }
  return metrics;
}
