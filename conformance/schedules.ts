import {
  cosineDecay, exponentialDecay, linearRamp, multiStepDecay, oneCycle, ReduceOnPlateau, sequence, stepDecay,
  type Schedule,
} from "chainrule";
import { NotOffered, understandOnly, type Adapter } from "./adapter.ts";
import { compare } from "./compare.ts";
import { Fields } from "./fields.ts";

/** How each kind is made of its attributes, whose names are PyTorch's. */
const kinds = new Map<string, (attrs: Fields, learningRate: number) => Schedule>([
  ["step", (attrs, learningRate) => {
    understandOnly(attrs, ["kind", "lr", "step_size", "gamma"]);
    return stepDecay({ learningRate, every: attrs.number("step_size"), factor: attrs.number("gamma", 0.1) });
  }],
  ["multistep", (attrs, learningRate) => {
    understandOnly(attrs, ["kind", "lr", "milestones", "gamma"]);
    const milestones = attrs.numbers("milestones");
    return multiStepDecay({ learningRate, milestones, factor: attrs.number("gamma", 0.1) });
  }],
  ["exponential", (attrs, learningRate) => {
    understandOnly(attrs, ["kind", "lr", "gamma"]);
    return exponentialDecay({ learningRate, factor: attrs.number("gamma") });
  }],
  ["cosine", (attrs, learningRate) => {
    understandOnly(attrs, ["kind", "lr", "t_max", "eta_min"]);
    return cosineDecay({ learningRate, steps: attrs.number("t_max"), lowest: attrs.number("eta_min", 0) });
  }],
  ["linear", (attrs, learningRate) => {
    understandOnly(attrs, ["kind", "lr", "start_factor", "end_factor", "total_iters"]);
    const from = learningRate * attrs.number("start_factor", 1 / 3);
    const to = learningRate * attrs.number("end_factor", 1);
    return linearRamp({ from, to, steps: attrs.number("total_iters", 5) });
  }],
  ["onecycle", (attrs) => {
    understandOnly(attrs, [
      "kind", "lr", "max_lr", "total_steps", "pct_start", "anneal", "div_factor", "final_div_factor",
      "three_phase",
    ]);
    const anneal = attrs.text("anneal", "cos");
    if (anneal !== "cos" && anneal !== "linear") throw new NotOffered(`anneal ${anneal}`);
    return oneCycle({
      highest: attrs.number("max_lr"), steps: attrs.number("total_steps"),
      rising: attrs.number("pct_start", 0.3), shape: anneal === "cos" ? "cosine" : "linear",
      startDivisor: attrs.number("div_factor", 25), endDivisor: attrs.number("final_div_factor", 10000),
      threePhases: attrs.flag("three_phase"),
    });
  }],
  ["sequential", (attrs, learningRate) => {
    understandOnly(attrs, ["kind", "lr", "schedulers", "schedules", "milestones"]);
    const name = attrs.has("schedulers") ? "schedulers" : "schedules";
    const milestones = attrs.numbers("milestones");
    return sequence(attrs.list(name).map((value, i) => {
      const one = new Fields(`${attrs.pathOf(name)}[${i}]`, value);
      const schedule = scheduleOf(one, one.number("lr", learningRate));
      const isLast = i >= milestones.length;
      return isLast ? { schedule } : { schedule, steps: milestones[i] - (milestones[i - 1] ?? 0) };
    }));
  }],
]);

/** The same kind may be written multi_step or multistep. */
function scheduleOf(attrs: Fields, learningRate: number): Schedule {
  const kind = attrs.text("kind"), make = kinds.get(kind.replaceAll("_", ""));
  if (make === undefined) throw new NotOffered(kind);
  return make(attrs, learningRate);
}

/** The rate of each step, or after each value of a metric. */
export const learningRates: Adapter = (golden, dtype) => {
  const { fields } = golden, attrs = fields.fields("attrs");
  if (attrs.text("kind") === "plateau") {
    const plateau = plateauOf(attrs);
    let rate = attrs.number("lr");
    const after = fields.numbers("metrics").map((metric) => (rate = plateau.next(metric, rate)));
    return compare(golden, dtype, { lr_after_metric: after });
  }
  const schedule = scheduleOf(attrs, attrs.number("lr"));
  const rates = fields.fields("expect").numbers("lr_at_step").map((_, t) => schedule(t));
  return compare(golden, dtype, { lr_at_step: rates });
};

function plateauOf(attrs: Fields): ReduceOnPlateau {
  understandOnly(attrs, [
    "kind", "lr", "mode", "factor", "patience", "threshold", "threshold_mode", "cooldown", "min_lr", "eps",
  ]);
  const mode = attrs.text("mode", "min"), threshold = attrs.text("threshold_mode", "rel");
  if (mode !== "min" && mode !== "max") throw new NotOffered(`mode ${mode}`);
  if (threshold !== "rel" && threshold !== "abs") throw new NotOffered(`threshold mode ${threshold}`);
  if (attrs.number("eps", 1e-8) !== 1e-8) throw new NotOffered("eps");
  return new ReduceOnPlateau({
    mode, factor: attrs.number("factor", 0.1), patience: attrs.number("patience", 10),
    threshold: attrs.number("threshold", 1e-4), thresholdMode: threshold === "rel" ? "relative" : "absolute",
    cooldown: attrs.number("cooldown", 0), lowest: attrs.number("min_lr", 0),
  });
}
