import type { Network } from "../network/network.ts";
import { Layer } from "../nn/layer.ts";
import { Pass } from "../nn/pass.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { sizeOf, type Shape } from "../tensor/shape.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { gradientCheck } from "../check/gradient-check.ts";
import { takesRowNumbers } from "../check/row-numbers.ts";
import { isWrong, layerVerdicts, type Verdict } from "./layer-verdicts.ts";
import type { Recording } from "./recording.ts";

/** A numeric gradient takes two losses a number: of more numbers than this it takes too long to wait for. */
export const MOST_CHECKED = 5000;

const TOLERANCE = 1e-7;

/** A gradient check of a recording's first step. */
export interface TraceCheck {
  readonly passed: boolean;
  readonly worst: number;
  /** By the number of the step and the name of the gradient: "7 dW2". */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** The layers whose own backward is wrong, as in the trace: "2 Square". */
  readonly wrong: readonly string[];
}

/**
 * Checks the gradients of a recording; undefined if there are too many numbers to wait for. The gradients of the
 * parameters and of the input are compared with those of the whole network. Each layer is checked by itself, too: if
 * one is wrong it fails, and not those that only pass on what it gave.
 */
export function checkRecording(
  network: Network, x: Tensor | Nested, labels: Labels, loss: Loss, recording: Recording,
): TraceCheck | undefined {
  const learnt = network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (learnt + sizeOf(recording.input.shape) > MOST_CHECKED) return undefined;
  const softmax = loss.takesLogits ? network.finalSoftmax : undefined;
  const layer = softmax === undefined ? network : new Logits(network);
  const options = { loss, labels, tolerance: TOLERANCE };
  const { passed, worst, entries } = gradientCheck(layer, network.asInput(x), options);
  const layers = layerVerdicts(network, x, labels, loss, recording, TOLERANCE), verdicts = new Map<string, Verdict>();
  for (const { op, verdicts: own } of layers) {
    for (const [name, verdict] of own) verdicts.set(`${op} ${name}`, verdict);
  }
  const wrong = layers.filter(isWrong);
  if (wrong.length === 0) {
    const names = [...takesRowNumbers(network) ? [] : ["dX"], ...recording.gradients];
    entries.forEach(({ error }, i) => {
      const op = lastOf(recording, names[i]);
      if (op > 0) verdicts.set(`${op} ${names[i]}`, { passed: error <= TOLERANCE, error });
    });
  }
  const errors = [worst, ...[...verdicts.values()].map(({ error }) => error)];
  return {
    passed: passed && wrong.length === 0, worst: Math.max(...errors), verdicts, wrong: wrong.map((one) => one.layer),
  };
}

/** The step of the first backward pass that made the last of a gradient: a shared parameter has several. */
function lastOf({ steps, trainings }: Recording, name: string | undefined): number {
  const first = steps.slice(0, trainings[1]?.start).filter(({ phase }) => phase !== "update");
  return first.reduce((last, { results }, i) => (results.some((result) => result.name === name) ? i + 1 : last), 0);
}

/** A network without its final Softmax, which a loss that takes logits has inside. */
class Logits extends Layer {
  static override readonly typeName: string = "Logits";
  private readonly network: Network;

  constructor(network: Network) {
    super();
    this.network = network;
  }

  override get vocabularySize(): number | undefined {
    return takesRowNumbers(this.network) ? Infinity : undefined;
  }

  override outputShape(...shapes: [Shape, ...Shape[]]): Shape {
    return this.network.outputShape(...shapes);
  }

  forward(x: Tensor): Tensor {
    const { network } = this, pass = Pass.begin(network, { skip: network.finalSoftmax });
    try {
      const y = network.forward(x);
      pass.commit();
      return y;
    } catch (error) {
      pass.rollback();
      throw error;
    }
  }

  backward(dy: Tensor): Tensor {
    const { network } = this, pass = Pass.begin(network, { skip: network.finalSoftmax });
    try {
      const dx = network.backward(dy);
      pass.commit();
      return dx;
    } catch (error) {
      pass.rollback();
      throw error;
    }
  }
}
