import { CrossEntropy, NegativeLogLikelihood, scale, type ClassificationOptions, type Loss } from "chainrule";
import { NotOffered, understandOnly, type Adapter } from "./adapter.ts";
import { compare } from "./compare.ts";

export const crossEntropy = adapterOf((options) => new CrossEntropy(options), "classes");
export const crossEntropySoft = adapterOf((options) => new CrossEntropy(options), "probabilities");
export const negativeLogLikelihood = adapterOf((options) => new NegativeLogLikelihood(options), "classes");

/** Loss and gradient, where `extra.target` holds a class for each row, or a row of probabilities. */
function adapterOf(
  make: (options: ClassificationOptions) => Loss, targets: "classes" | "probabilities",
): Adapter {
  return (golden, dtype) => {
    const { fields } = golden;
    const attrs = fields.fields("attrs"), inputs = fields.fields("inputs"), extra = fields.fields("extra");
    // An index of 0 would look like an option that is off.
    if (attrs.has("ignore_index")) throw new NotOffered("ignore index");
    understandOnly(attrs, ["reduction"]);
    understandOnly(extra, ["target"]);
    const reduction = attrs.text("reduction", "mean");
    if (reduction !== "mean" && reduction !== "sum") throw new NotOffered(`reduction ${reduction}`);
    const [input] = inputs.names;
    const prediction = inputs.tensor(input, dtype);
    if (prediction.shape.length !== 2) throw new NotOffered(`${input} of ${prediction.shape.length} axes`);
    const loss = make({ reduction });
    const labels = targets === "classes" ? extra.values("target").data : extra.tensor("target", dtype);
    const out = loss.forward(prediction, labels);
    const [dout] = fields.values("dout").data;
    return compare(golden, dtype, { out, [`grads.${input}`]: scale(loss.backward(), dout) });
  };
}
