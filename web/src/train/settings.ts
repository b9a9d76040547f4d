/** What Train is about, as the page's address holds it: shared settings, and those of each of the two networks. */
import { KINDS } from "../data/kinds.ts";
import { readPoints } from "../data/points.ts";
import { choice, decimal, integer, text, type ValuesOf } from "../link/fields.ts";
import { LAYERS, readSpec } from "../network/spec.ts";

const net = (layers: string) => ({
  layers: text(layers, 400, LAYERS, (given) => readSpec(given) !== undefined),
  optimizer: choice("sgd", ["sgd", "adam"]),
  rate: decimal(0.1, 1e-6, 100),
  momentum: decimal(0, 0, 0.999),
  decay: decimal(0, 0, 10),
});

/** Without the last Affine, which the number of classes makes. */
export const FIRST = net("affine:100,relu");
export const SECOND = net("dropout:0.8,affine:100,relu,dropout:0.5");

export const TRAIN_FIELDS = {
  data: choice("digits", KINDS),
  rows: integer(500, 2, 2300),
  noise: decimal(0.05, 0, 2),
  classes: integer(3, 2, 6),
  dataSeed: integer(1, 0, 999),
  points: text("", 1500, "points as this page writes them", (given) => readPoints(given) !== undefined),
  formula: text("0.5 sin(4x)", 100),
  seed: integer(1, 0, 99_999),
  seeds: integer(1, 1, 20),
  batch: integer(50, 1, 2000),
  epochs: integer(60, 1, 10_000),
  /** The code of the user's own layer, if a network has one. */
  own: text("", 8000),
  aLayers: FIRST.layers,
  aOptimizer: FIRST.optimizer,
  aRate: FIRST.rate,
  aMomentum: FIRST.momentum,
  aDecay: FIRST.decay,
  bLayers: SECOND.layers,
  bOptimizer: SECOND.optimizer,
  bRate: SECOND.rate,
  bMomentum: SECOND.momentum,
  bDecay: SECOND.decay,
};

export type TrainSettings = ValuesOf<typeof TRAIN_FIELDS>;
export type NetSettings = ValuesOf<typeof FIRST>;

export function netOf(settings: TrainSettings, which: "a" | "b"): NetSettings {
  return which === "a"
    ? {
        layers: settings.aLayers,
        optimizer: settings.aOptimizer,
        rate: settings.aRate,
        momentum: settings.aMomentum,
        decay: settings.aDecay,
      }
    : {
        layers: settings.bLayers,
        optimizer: settings.bOptimizer,
        rate: settings.bRate,
        momentum: settings.bMomentum,
        decay: settings.bDecay,
      };
}

/** What tells the two apart. */
export function namesOf(settings: TrainSettings): readonly [string, string] {
  const [a, b] = [netOf(settings, "a"), netOf(settings, "b")],
    drops = ({ layers }: NetSettings) => layers.includes("dropout");
  if (drops(a) !== drops(b))
    return drops(a) ? ["with dropout", "without dropout"] : ["without dropout", "with dropout"];
  if (a.optimizer !== b.optimizer)
    return [a.optimizer === "sgd" ? "SGD" : "Adam", b.optimizer === "sgd" ? "SGD" : "Adam"];
  if (a.rate !== b.rate) return [`learning rate ${a.rate}`, `learning rate ${b.rate}`];
  return ["first network", "second network"];
}

export function prefixed(
  which: "a" | "b",
  { layers, optimizer, rate, momentum, decay }: NetSettings,
): Partial<TrainSettings> {
  return which === "a"
    ? { aLayers: layers, aOptimizer: optimizer, aRate: rate, aMomentum: momentum, aDecay: decay }
    : { bLayers: layers, bOptimizer: optimizer, bRate: rate, bMomentum: momentum, bDecay: decay };
}
