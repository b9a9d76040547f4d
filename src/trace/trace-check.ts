import type { Network } from "../network/network.ts";
import { Layer } from "../nn/layer.ts";
import { Pass } from "../nn/pass.ts";
import type { Labels, Loss } from "../losses/loss.ts";
import { sizeOf, type Shape } from "../tensor/shape.ts";
import type { Nested, Tensor } from "../tensor/tensor.ts";
import { gradientCheck } from "../check/gradient-check.ts";
import type { Recording } from "./recording.ts";

/** A numeric gradient takes two losses a number: of more numbers than this it takes too long to wait for. */
export const MOST_CHECKED = 5000;

const TOLERANCE = 1e-7;

/** What a gradient check found about one gradient. */
export interface Verdict {
  readonly passed: boolean;
  /** The largest difference, as a share of the largest entry. */
  readonly error: number;
}

/** A gradient check whose verdicts go by the names of a trace. */
export interface TraceCheck {
  readonly passed: boolean;
  readonly worst: number;
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** Checks the gradients of a recording; undefined where there are too many numbers to wait for. */
export function checkRecording(
  network: Network, x: Tensor | Nested, labels: Labels, loss: Loss, recording: Recording,
): TraceCheck | undefined {
  const learnt = network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (learnt + sizeOf(recording.input.shape) > MOST_CHECKED) return undefined;
  const softmax = loss.takesLogits ? network.finalSoftmax : undefined;
  const layer = softmax === undefined ? network : new Logits(network);
  const options = { loss, labels, tolerance: TOLERANCE };
  const { passed, worst, entries } = gradientCheck(layer, network.asInput(x), options);
  const names = ["dX", ...recording.gradients];
  const verdicts = new Map<string, Verdict>();
  entries.forEach(({ error }, i) => {
    const name = names[i];
    if (name !== undefined) verdicts.set(name, { passed: error <= TOLERANCE, error });
  });
  return { passed, worst, verdicts };
}

/** A network without its final Softmax, which a loss that takes logits has inside. */
class Logits extends Layer {
  static override readonly typeName: string = "Logits";
  private readonly network: Network;

  constructor(network: Network) {
    super();
    this.network = network;
  }

  override outputShape(...shapes: [Shape, ...Shape[]]): Shape {
    return this.network.outputShape(...shapes);
  }

  forward(x: Tensor): Tensor {
    const { network } = this, pass = Pass.begin(network, { bypass: network.finalSoftmax });
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
    const { network } = this, pass = Pass.begin(network, { bypass: network.finalSoftmax });
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
