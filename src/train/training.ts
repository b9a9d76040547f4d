import type { Loss } from "../losses/loss.ts";
import type { Network } from "../network/network.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { GradientRules } from "./gradient-rules.ts";

/** What takes part in a training step. */
export interface Training {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly rules: GradientRules;
}
