import {
  BinaryCrossEntropy, CrossEntropy, MeanSquaredError, NegativeLogLikelihood, scale, type CrossEntropyOptions,
  type Labels, type Loss, type LossOptions,
} from "chainrule";
import { NotOffered, understandOnly, type Adapter } from "./adapter.ts";
import { compare } from "./compare.ts";
import type { Fields } from "./fields.ts";
import type { Case } from "./golden.ts";

/** What `extra.target` holds: a class for each row, or a tensor of probabilities or numbers. */
type Targets = "classes" | "tensor";

export const crossEntropy = adapterOf(crossEntropyOf, "classes");
export const crossEntropySoft = adapterOf(crossEntropyOf, "tensor");
export const negativeLogLikelihood = adapterOf(plain(NegativeLogLikelihood), "classes");
export const meanSquaredError = adapterOf(plain(MeanSquaredError), "tensor");
export const binaryCrossEntropy = adapterOf(plain(BinaryCrossEntropy), "tensor");

/** Loss and gradient. */
function adapterOf(make: (golden: Case) => Loss, targets: Targets): Adapter {
  return (golden, dtype) => {
    const { fields } = golden;
    const inputs = fields.fields("inputs"), extra = fields.fields("extra");
    const loss = make(golden);
    const [input] = inputs.names;
    const prediction = inputs.tensor(input, dtype);
    if (targets === "classes" && prediction.shape.length !== 2) {
      throw new NotOffered(`${input} of ${prediction.shape.length} axes`);
    }
    const isClasses = targets === "classes";
    const labels: Labels = isClasses ? extra.values("target").data : extra.tensor("target", dtype);
    const out = loss.forward(prediction, labels);
    const [dout] = fields.values("dout").data;
    return compare(golden, dtype, { out, [`grads.${input}`]: scale(loss.backward(), dout) });
  };
}

function crossEntropyOf({ fields }: Case): Loss {
  const attrs = fields.fields("attrs"), extra = fields.fields("extra");
  understandOnly(attrs, ["reduction", "label_smoothing", "ignore_index"]);
  understandOnly(extra, ["target", "class_weight"]);
  const options: CrossEntropyOptions = {
    ...reductionOf(attrs), labelSmoothing: attrs.number("label_smoothing", 0),
  };
  if (attrs.has("ignore_index")) options.ignoreIndex = attrs.number("ignore_index");
  if (extra.has("class_weight")) options.classWeights = extra.values("class_weight").data;
  return new CrossEntropy(options);
}

/** A loss with no option but its reduction. */
function plain(LossClass: new (options: LossOptions) => Loss): (golden: Case) => Loss {
  return ({ fields }) => {
    understandOnly(fields.fields("attrs"), ["reduction"]);
    understandOnly(fields.fields("extra"), ["target"]);
    return new LossClass(reductionOf(fields.fields("attrs")));
  };
}

function reductionOf(attrs: Fields): LossOptions {
  const reduction = attrs.text("reduction", "mean");
  if (reduction !== "mean" && reduction !== "sum") throw new NotOffered(`reduction ${reduction}`);
  return { reduction };
}
