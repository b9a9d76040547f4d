import { Layer } from "../../nn/layer.ts";
import { allLayersOf, layersIn } from "../../nn/parts.ts";
import { hasOwn } from "../../tensor/checks.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { firstDifference, MODES, sameNumbers, type Mode } from "./layer-copy.ts";
import { differingFields } from "./snapshot.ts";
import { withMath } from "./patch.ts";
import type { Subject } from "./subject.ts";
import { failed, formatNumber, passed, place, type Verdict } from "./verdict.ts";

const CALLS = 3;

const NOT_REPLAYED = "Its random numbers are not the "
  + "framework's (Math.random, or a generator in the module?): draw them from this.random, and a mask can be replayed.";

const OUTSIDE = "Math.random is not called: something outside the layer's state changes with each forward, as a count "
  + "or a generator in a variable of the module, which all layers share and nothing saves. Keep a count in a field; "
  + "random numbers, in train only, come from this.random.";

/** Whether a forward in this mode asks for random numbers: Math's or the framework's. */
function drawsNumbers(subject: Subject, mode: Mode): boolean {
  const copy = subject.copy("float64", mode);
  let isAsked = false;
  withMath(["random"], (_, random) => () => {
    isAsked = true;
    return random();
  }, () => { copy.forward(subject.inputs(subject.rows)); });
  return isAsked || copy.drew;
}

/** Several forwards, each with the random numbers of another count, whatever the mode. */
function outputs(subject: Subject, mode: Mode, from = subject.source): readonly Tensor[] {
  const copy = subject.copy("float64", mode, from), inputs = subject.inputs(subject.manyRows);
  return Array.from({ length: CALLS }, (_, call) => copy.rewind(call).forward(inputs));
}

function difference(a: readonly Tensor[], b: readonly Tensor[]): string | undefined {
  for (const [k, tensor] of a.entries()) {
    const at = firstDifference(tensor, b[k]);
    if (at >= 0) return `${place("y", tensor, at)} is ${formatNumber(tensor.data[at])} and `
      + formatNumber(b[k].data[at]);
  }
  return undefined;
}

/** Whether the class of a layer defines a getter itself. */
function isOverridden(layer: object, name: string): boolean {
  for (let at: object | null = layer; at !== null && at !== Layer.prototype; at = Reflect.getPrototypeOf(at)) {
    if (hasOwn(at, name)) return true;
  }
  return false;
}

/** A layer, the outer one or one within, that a forward in eval has set to train. */
function switchedIn(subject: Subject): string | undefined {
  const copy = subject.copy("float32", "eval"), all = allLayersOf(copy.layer);
  copy.forward(subject.inputs(subject.rows, "float32"));
  return all.find(({ mode }) => mode === "train")?.name;
}

/** Whether y of a forward in eval depends on the mode of the one before, as by running statistics. */
function changesStateByMode(subject: Subject): boolean {
  const [trained, evaluated] = MODES.map((mode) => {
    const copy = subject.copy("float64", mode);
    copy.forward(subject.inputs(subject.rows));
    return copy.setMode("eval").rewindCounts().forward(subject.inputs(subject.rows));
  });
  return !sameNumbers(trained, evaluated);
}

/** Whether what a layer adds to the loss, dx or a gradient depends on the mode, though y does not. */
function differsBehindY(subject: Subject): boolean {
  const [trained, evaluated] = MODES.map((mode) => {
    const copy = subject.copy("float64", mode), y = copy.forward(subject.inputs(subject.rows)), { layer } = copy;
    const { activityLoss } = layer, dx = copy.backward(subject.gradientLike(y));
    return [activityLoss, ...[...dx, ...layer.parameters.map(({ grad }) => grad)].flatMap(({ data }) => [...data])];
  });
  return trained.some((value, i) => value !== evaluated[i]);
}

/** Train and eval differ if the layer says so, and else they do not. */
export function checkMode(subject: Subject): Verdict {
  const { dependsOnMode } = subject.source;
  // An inner dropout that the layer holds in eval by design is no promise of its own.
  const isSaid = isOverridden(subject.source, "dependsOnMode") || layersIn(subject.source).length === 0;
  const wanted = subject.keep !== undefined && subject.keep < 1 ? true : isSaid ? dependsOnMode : undefined;
  const seen = difference(outputs(subject, "train"), outputs(subject, "eval"));
  const switched = switchedIn(subject);
  if (switched !== undefined) {
    return failed(`A forward in eval leaves ${switched} in train: it calls train(), so dropout drops and statistics `
      + "move when the network predicts. Only whoever uses the network changes its mode; forward reads this.mode.");
  }
  if (wanted === true && seen === undefined && !changesStateByMode(subject) && !differsBehindY(subject)) {
    const who = dependsOnMode === true ? "dependsOnMode says true" : "dropout drops in train only";
    return failed(`Train and eval give the same y in ${CALLS} forwards, though ${who}: does forward read this.mode?`);
  }
  if (wanted === false && seen !== undefined) {
    return failed(`In train and in eval ${seen}, though dependsOnMode says false. Where a layer differs between `
      + "modes, override dependsOnMode to return true.");
  }
  const said = wanted === undefined ? "dependsOnMode is not declared" : "as declared";
  return passed(`Train and eval ${seen === undefined ? "give the same" : "differ"} (${said}).`);
}

/** In eval the same x has the same y, bit for bit, call after call. */
export function checkEvalDeterministic(subject: Subject): Verdict {
  const copy = subject.copy("float64", "eval"), inputs = subject.inputs(subject.manyRows);
  const ys = Array.from({ length: CALLS }, (_, call) => copy.rewindCounts(call).forward(inputs));
  const seen = difference(ys.slice(1), [ys[0], ys[0]]);
  if (seen === undefined) return passed("In eval the same x gives the same y, bit for bit.");
  const replayed = outputs(subject, "eval");
  if (difference(replayed.slice(1), [replayed[0], replayed[0]]) === undefined) {
    const fields = differingFields(subject.copy("float64", "eval").layer, copy.layer).join(", ");
    return failed(`In eval two forwards of the same x differ: ${seen}. Forward changes its state in eval, as running `
      + `statistics (${fields}): it updates them in train only, so read this.mode.`);
  }
  return failed(`In eval two forwards of the same x differ: ${seen}. ${drawsNumbers(subject, "eval")
    ? "Random numbers are for train: read this.mode." : OUTSIDE}`);
}

/** A field that changes from call to call like a generator's state: to and fro, whatever x is. */
function ownGenerator(subject: Subject): string | undefined {
  const [a, b] = [subject.copy("float64", "train"), subject.copy("float64", "train")];
  const fresh = subject.copy("float64", "train"), [xa, xb] = [subject.inputs(2), subject.inputs(2, "float64", 5)];
  const seen: Record<string, unknown>[] = [];
  const read = () => Object.fromEntries(Object.entries(a.layer).map(([name, value]: [string, unknown]) => {
    return [name, ArrayBuffer.isView(value) ? Number(Reflect.get(value, 0)) : value];
  }));
  for (let call = 0; call < 8; call++) {
    a.rewindCounts().forward(xa);
    b.rewindCounts().forward(xb);
    seen.push(read());
  }
  const ofData = new Set(differingFields(a.layer, b.layer));
  const changed = differingFields(fresh.layer, a.layer).filter((name) => !ofData.has(name));
  return changed.find((name) => {
    const values = seen.map((fields) => Number(fields[name]));
    if (values.some((value) => !Number.isFinite(value))) return false;
    const turns = values.filter((value, i) => i > 1 && (value - values[i - 1]) * (values[i - 1] - values[i - 2]) < 0);
    return turns.length >= 2;
  });
}

/** The same seed makes the same numbers, another seed others; all random numbers are the framework's. */
export function checkSeeds(subject: Subject): Verdict {
  for (const mode of MODES) {
    if (subject.replays(mode)) continue;
    return failed(`In ${mode}, two forwards with the same x from the same state differ. `
      + (drawsNumbers(subject, mode) ? NOT_REPLAYED : OUTSIDE));
  }
  const [early] = subject.early;
  if (early !== undefined) {
    return failed(`The constructor reads the numbers of Parameter "${early.name}" before a network has given them a `
      + "seed, so they are drawn from none: two networks with one seed differ. Work out what is made of them in "
      + `forward, or give the parameter a seed: new Parameter("${early.name}", …, { seed }).`);
  }
  const generator = subject.rowsStep === 1 ? ownGenerator(subject) : undefined;
  if (generator !== undefined) {
    return failed(`Its random numbers come from a generator of its own (${generator}): the network's seed does not `
      + `reach it, `
      + "nor state() and replays. Draw them from this.random.");
  }
  const copy = subject.copy("float64", "train");
  copy.forward(subject.inputs(subject.rows));
  const isDrawing = copy.drew;
  const { make, seed, source } = subject;
  if (make === undefined) {
    return passed("The same state gives the same numbers again. (To check seeds, give checkLayer (seed) => layer.)");
  }
  const run = (from: number) => outputs(subject, "train", make(from));
  const seen = difference(run(seed), run(seed));
  if (seen !== undefined) {
    return failed(`Two layers made from seed ${seed} differ: ${seen}. Does every random number come from the seed?`);
  }
  const fixed = outputs(subject, "train"), isRandom = isDrawing && fixed.some((y) => !sameNumbers(y, fixed[0]));
  if (isRandom && difference(run(seed), run(seed + 1)) === undefined) {
    return failed(`Layers made from seeds ${seed} and ${seed + 1} give the same numbers in train: the seed is not `
      + `used. `
      + "Does your constructor hand it to super(seed)?");
  }
  const word = isDrawing && !source.draws ? " It draws, though it declares draws: false, which is ignored." : "";
  return passed(`The same seed gives the same numbers, another one others.${word}`);
}
