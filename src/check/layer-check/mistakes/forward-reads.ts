/** Mistakes on the way from a number that forward's loops read to y: a path that backward leaves out or doubles. */
import type { Numbers, Tensor } from "../../../tensor/tensor.ts";
import { perturbedCopy } from "../evidence.ts";
import { inside } from "../inside.ts";
import { surrogateOf, type LayerCopy } from "../layer-copy.ts";
import { Trace, type Site } from "../traced.ts";
import { placeOfCall, shownPlace } from "../watch.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { found, sharesOf, slopesOf, STEP, whileMoved, wrongIn, type Path } from "./operations.ts";

/** So many places are tried. */
const MOST_SITES = 60;

class ForwardReads {
  readonly trace = new Trace();
  readonly sites: readonly Site[];
  private readonly facts: Facts;
  private readonly slopes;
  private readonly copy: LayerCopy;
  private readonly inputs: readonly Tensor[];
  private readonly target: Numbers;
  private readonly base: readonly number[];

  constructor(facts: Facts) {
    const { evidence, target } = facts, { subject, mode } = evidence;
    this.facts = facts;
    this.slopes = slopesOf(facts);
    this.copy = perturbedCopy(subject, mode);
    this.copy.drawsLater = evidence.copy.drawsLater;
    const { parameters } = this.copy.layer;
    this.target = target.kind === "input" ? evidence.inputs[target.index].data.slice()
      : parameters[target.index].value.data;
    this.inputs = evidence.inputs.map((x, k) => {
      const isIt = target.kind === "input" && k === target.index;
      return this.trace.wrap(isIt ? Object.create(x, { data: { value: this.target } }) : x, `x${k}`) as Tensor;
    });
    for (const parameter of parameters) {
      const value = this.trace.wrap(parameter.value, parameter.name);
      Object.defineProperty(parameter, "value", { value });
    }
    const outer = placeOfCall();
    this.run(0, 0);
    this.base = [...this.trace.values];
    this.sites = this.trace.sites.filter(({ place }) => place !== outer && place !== "");
  }

  private run(steps: number, direction: number): Float64Array {
    const { facts, target, copy, trace, slopes } = this;
    const y = whileMoved(target, facts, steps, slopes.directions[direction], () => inside(() => {
      copy.rewind();
      return trace.run(() => copy.forward(this.inputs));
    }));
    return Float64Array.from(facts.outputs, (o) => y.data[o]);
  }

  /** What reaches y because of what is read at a place: by all, but for the numbers that it had before. */
  part(site: Site): readonly Float64Array[] | undefined {
    const { trace, base, slopes } = this;
    const cut = new Map(site.reads.map((at) => [at, () => base[at]]));
    const runWith = (steps: number, d: number) => {
      trace.changed = cut;
      try {
        return this.run(steps, d);
      } finally {
        trace.changed = new Map();
      }
    };
    const whole = this.run(1, 0), without = runWith(1, 0);
    if (!trace.isSame || without.every((value, k) => value === whole[k])) return undefined;
    const parts = slopes.directions.map((_, d) => {
      const [up, down] = [runWith(1, d), runWith(-1, d)];
      return up.map((value, k) => slopes.right[d][k] - (value - down[k]) / (2 * STEP));
    });
    return parts.some((part) => part.some((value) => Math.abs(value) > 1e-7 * slopes.size)) ? parts : undefined;
  }

  /** The first path that explains yours. */
  find(): { readonly path: Path; readonly share: number } | undefined {
    const places = this.sites.map(({ place }) => place);
    for (const site of this.sites.slice(0, MOST_SITES)) {
      const parts = this.part(site);
      if (parts === undefined) continue;
      const { source } = site, made = source.slice(0, -1);
      const name = !source.endsWith("…") ? source : made === "reduce" ? "the sum of reduce"
        : `the array made at ${shownPlace(made, places)}`;
      const path = { told: `what ${shownPlace(site.place, places)} makes of ${name}`, parts };
      const shares = sharesOf(this.slopes, [path]);
      if (shares !== undefined && !near(shares[0], 1, 10)) return { path, share: shares[0] };
    }
    return undefined;
  }
}

export const ONE_READ: KnownMistake = {
  name: "one path of several",
  find(facts) {
    const { evidence } = facts;
    if (evidence.isLarge || !facts.isWhole || surrogateOf(evidence.copy.layer) !== undefined) return undefined;
    try {
      const one = new ForwardReads(facts).find();
      return one && found(facts, [`${one.path.told} ${wrongIn(one.share)}`]);
    } catch {
      return undefined; // not a layer that takes such arrays, or that reads too much
    }
  },
};
