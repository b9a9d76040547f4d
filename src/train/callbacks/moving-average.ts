import { ExponentialMovingAverage } from "../../optim/exponential-moving-average.ts";
import { checkInstance } from "../../tensor/checks.ts";
import type { Callback } from "../trainer.ts";

/**
 * Takes the network's weights, and its running statistics, into a moving average after each step of fit.
 * @example
 * const average = new ExponentialMovingAverage({ decay: 0.99 });
 * new Trainer(network, { loss, optimizer, callbacks: [movingAverage(average)] });
 */
export function movingAverage(average: ExponentialMovingAverage): Callback {
  checkInstance("movingAverage", average, ExponentialMovingAverage);
  return {
    name: "movingAverage",
    onStepEnd: ({ network }) => average.update(network),
    state: ({ network }) => average.state(network),
    load: (state, { network }) => average.load(state, network),
    settings: () => ({ decay: average.decay }),
  };
}
