import { DropoutLayer } from "../../layers/dropout/dropout-layer.ts";
import { allLayersOf } from "../../nn/parts.ts";
import { checkNoPromise } from "../../tensor/checks.ts";
import { OptionError, show } from "../../tensor/errors.ts";
import type { Callback } from "../trainer.ts";
import { badState } from "../plain-records.ts";
import { samplesOf } from "./rule-samples.ts";

/**
 * Sets how much one or several layers of the dropout family keep, before the first step of each epoch, to
 * what the rule says for that epoch (1 for the first one): as for a curriculum that begins without dropout
 * and drops more and more (Morerio et al. 2017), or for an end of training in which nothing is dropped.
 * @throws OptionError for what is no layer of the family or no function; and, while training, for a keep that
 * is not above 0 and at most 1, and, as fit starts, for layers of another network.
 * @example
 * const dropout = new Dropout({ keep: 1 });
 * const callbacks = [keepSchedule(dropout, (epoch) => Math.max(0.5, 1 - 0.05 * epoch))];
 */
export function keepSchedule(
  layers: DropoutLayer | readonly DropoutLayer[], rule: (epoch: number) => number,
): Callback {
  const where = "keepSchedule", list: readonly unknown[] = Array.isArray(layers) ? layers : [layers];
  const chosen = list.map((layer) => {
    if (layer instanceof DropoutLayer) return layer;
    throw new OptionError({ where, given: show(layer), allowed: "layers of the dropout family" });
  });
  if (typeof rule !== "function") {
    const allowed = "a function of the epoch, as (epoch) => 0.8";
    throw new OptionError({ where, given: show(rule), allowed });
  }
  return {
    name: where,
    onFitStart({ network }) {
      const layers = allLayersOf(network), other = chosen.find((layer) => !layers.includes(layer));
      if (other === undefined) return;
      const given = `${other}, which is not in the trainer's network`, allowed = "layers of that network";
      throw new OptionError({ where, given, allowed, advice: "Make a keepSchedule for each network." });
    },
    onStepStart(_trainer, { epoch, step }) {
      if (step > 1) return;
      const keep = checkNoPromise(where, rule(epoch));
      for (const layer of chosen) layer.keep = keep;
    },
    state: () => chosen.map((layer) => layer.keep),
    load(state) {
      const keeps: readonly unknown[] = Array.isArray(state) ? state : [];
      const isKeep = (keep: unknown): keep is number => typeof keep === "number" && keep > 0 && keep <= 1;
      if (keeps.length !== chosen.length || !keeps.every(isKeep)) throw badState(where, state);
      chosen.forEach((layer, i) => { layer.keep = keeps[i]; });
    },
    settings: () => ({ keeps: samplesOf(rule, 1) }),
  };
}
