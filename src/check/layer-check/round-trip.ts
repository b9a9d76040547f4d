import { fieldsOf, type Json } from "../../nn/json-state.ts";
import { firstDifference, MODES } from "./layer-copy.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./verdict.ts";

/** The fields in which one state has a tensor and the other has no place for one. */
function tensorsAdded(after: Json, before: Json): readonly string[] {
  const known = fieldsOf(fieldsOf(before).tensors);
  const added = Object.entries(fieldsOf(fieldsOf(after).tensors)).filter(([path]) => !(path in known));
  return added.filter(([, tensor]) => tensor !== null).map(([path]) => `this.${path}`);
}

/** What state() returns goes through JSON, and a layer that loads it goes on as the first one does. */
export function checkStateRoundTrip(subject: Subject): Verdict {
  const used = subject.copy("float32", "train"), { layer } = used, random = subject.random(4);
  for (const { value } of layer.parameters) {
    const noise = random.normal(value);
    value.data.forEach((number, i) => { value.data[i] = number + 0.1 * noise.data[i]; });
  }
  const inputs = subject.inputs(subject.rows, "float32");
  for (let step = 0; step < 3; step++) used.backward(subject.gradientLike(used.forward(inputs)));
  const written = layer.state(), text = JSON.stringify(written);
  if (text === undefined) return failed("state() gives nothing that JSON can hold.");
  const resumed = subject.copy("float32", "train");
  const unknown = tensorsAdded(written, resumed.layer.state());
  if (unknown.length > 0) {
    return failed(`After a step it has a Tensor in ${unknown.join(", ")}, which load of a new layer refuses.`,
      "tensor kept in a field: A Tensor in a field is state, and saved with the weights. What backward needs goes "
        + "through this.remember({ … }) and this.recall(); what is state, the constructor makes.");
  }
  resumed.layer.load(JSON.parse(text) as Json);

  for (const [k, { name, value }] of layer.parameters.entries()) {
    const { value: loaded } = resumed.layer.parameters[k];
    const at = firstDifference(loaded, value);
    if (at < 0) continue;
    const numbers = `${formatNumber(loaded.data[at])} after load, ${formatNumber(value.data[at])} before`;
    return failed(`${place(name, value, at)} is ${numbers}. Call super.state() and super.load() in your own.`);
  }
  for (const mode of MODES.filter((one) => subject.replays(one))) {
    for (const one of [layer, resumed.layer]) if (mode === "train") one.train(); else one.eval();
    const y = used.forward(inputs), again = resumed.forward(inputs);
    const at = firstDifference(again, y);
    if (at < 0) continue;
    return failed(`In ${mode}, ${place("y", y, at)} is ${formatNumber(again.data[at])} after load, `
      + `${formatNumber(y.data[at])} without. Something it depends on is not in its state: `
      + "keep it in a Tensor field, or override state and load.");
  }
  return passed("A layer that loads the state, sent through JSON, continues with the same numbers.");
}
