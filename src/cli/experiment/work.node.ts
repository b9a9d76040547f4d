/** About how much computing each training is: for the time left, before any of its kind has ended. */
import { plural } from "../../charts/numbers.ts";
import type { Experiment, TrainingRecipe } from "../../experiment/experiment.ts";
import type { Network } from "../../network/network.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { networkOf, recipeOf } from "./calls.ts";
import type { LoadedData } from "./data.node.ts";
import { measuredCount } from "./measured.ts";
import type { Plan, PlannedTask } from "./plan.node.ts";
import { obstacleToSaving } from "./task.node.ts";
import { intervalOf, measurementsAfter } from "./stopwatch.ts";
import type { Work } from "./time-left.ts";

/** What a step of the smallest network costs, and reading a number of a row, in products of two numbers. */
const STEP = 5e6, READING = 200;

/** Products of two numbers: of steps, which have three of each weight and row, and of measurements, which have one. */
function productsOf(
  network: Network, { epochs, batchSize = 32 }: TrainingRecipe, { train, test }: LoadedData, every: number,
): number {
  // Shapes alone: looking at a value would draw it.
  const weights = network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const measured = measurementsAfter(0, epochs, every) * (measuredCount(train) + test.size);
  const reading = READING * (train.x.data.length / train.size), steps = epochs * Math.ceil(train.size / batchSize);
  return steps * STEP + epochs * train.size * (3 * weights + reading) + measured * (weights + reading);
}

/**
 * The work of each task, by its key; of those whose network cannot be made, the mean of the others.
 * @throws what network() and train() throw, if none can be made.
 */
export async function worksOf(
  subject: Experiment, plan: Plan, tasks: readonly PlannedTask[], measureEvery: number | undefined,
): Promise<ReadonlyMap<string, Work>> {
  const byPoint = new Map<string, number>(), failed = new Set<string>();
  const points = new Set(tasks.map((task) => task.points[0]));
  for (const task of tasks) {
    const [point] = task.points;
    if (byPoint.has(point) || failed.has(point)) continue;
    const data = await plan.dataOf(task), { options, seed } = task, context = { seed, train: data.train };
    try {
      const recipe = recipeOf(subject, options, context);
      const every = intervalOf(measureEvery ?? subject.definition.measureEvery, recipe.epochs);
      byPoint.set(point, productsOf(networkOf(subject, options, context), recipe, data, every));
    } catch (error) {
      failed.add(point); // the training will say it, if others can be made
      if (failed.size === points.size) throw error;
    }
  }
  const mean = [...byPoint.values()].reduce((sum, one) => sum + one, 0) / Math.max(1, byPoint.size);
  return new Map(tasks.map(({ key, points: [kind] }) => [key, { kind, amount: byPoint.get(kind) ?? mean }]));
}

/** Which networks cannot be saved while they are trained, and why: a sentence for each reason. */
export function obstaclesOf(subject: Experiment, { points, data: { train } }: Plan): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, options } of points) {
    try {
      const obstacle = obstacleToSaving(networkOf(subject, options, { seed: 1, train }));
      if (obstacle === undefined) continue;
      byReason.set(obstacle.message, [...byReason.get(obstacle.message) ?? [], name]);
    } catch {
      continue; // the training will say why
    }
  }
  return Array.from(byReason, ([reason, names]) => `Not saved while under way, and so begun anew if interrupted: ${
    names.length > 3 ? plural(names.length, "network") : names.join("; ")}. ${reason}`);
}
