import { DropoutLayer } from "../layers/dropout/dropout-layer.ts";
import { allLayersOf, type LayerLike } from "../nn/parts.ts";
import type { Parameter } from "../nn/parameter.ts";
import { fieldsOf, readTensor, written, type Json } from "../nn/json-state.ts";
import { DataError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
import { copyOf, Tensor } from "../tensor/tensor.ts";

type Named = Map<string, Tensor>;

interface Averaged {
  readonly named: Named;
  /** Those of the whole network: with any of them the statistics are exchanged. */
  readonly parameters: readonly Parameter[];
}

/** Averages of what layers keep in tensors beside their parameters, as running means; of masks there are none. */
export class AveragedStatistics {
  private readonly averages = new Map<LayerLike, Averaged>();

  /** Takes the present statistics in; the first ones, and those of another shape than before, as they are. */
  update(network: LayerLike, move: (average: Tensor, now: Tensor) => void): void {
    const { parameters } = network;
    for (const layer of allLayersOf(network)) {
      const before = this.averages.get(layer)?.named;
      const named = [...statisticsOf(layer)].map(([name, now]): [string, Tensor] => {
        const average = before?.get(name);
        if (average === undefined || !isAlike(average, now)) return [name, copyOf(now)];
        move(average, now);
        return [name, average];
      });
      if (named.length > 0) this.averages.set(layer, { named: new Map(named), parameters });
    }
  }

  /** Exchanges averages and statistics in the networks that have one of these parameters. */
  swap(chosen: readonly Parameter[]): void {
    const given = new Set(chosen);
    for (const [layer, { named, parameters }] of this.averages) {
      if (!parameters.some((parameter) => given.has(parameter))) continue;
      for (const [name, now] of statisticsOf(layer)) {
        const average = named.get(name);
        if (average === undefined) continue;
        Reflect.set(layer, name, average);
        named.set(name, now);
      }
    }
  }

  /** The averages of a network's layers, in their order, as plain data; undefined if it has none. */
  state(network: LayerLike): Json | undefined {
    const layers = allLayersOf(network).map((layer) => this.averages.get(layer)?.named);
    if (layers.every((named) => named === undefined)) return undefined;
    return layers.map((named: Named = new Map()) =>
      Object.fromEntries([...named].map(([name, average]) => [name, written(average)])));
  }

  /** Restores what state() returned, null for none. @throws DataError for anything else, with nothing changed. */
  load(where: string, state: Json, network: LayerLike): void {
    const layers = allLayersOf(network), { parameters } = network;
    const allowed = "what state() gave for the same network";
    const refusal = (given: string) => new DataError({ where, given, allowed });
    const entries: readonly Json[] = Array.isArray(state) ? state : state === null ? layers.map(() => ({})) : [];
    if (entries.length !== layers.length) throw refusal("statistics of other layers");
    const read = layers.map((layer, i): Averaged => {
      const here = statisticsOf(layer), from = fieldsOf(entries[i]), names = Object.keys(from);
      if (from !== entries[i] || (names.length > 0 && names.length < here.size)) {
        throw refusal(`not all averages of ${layer.name}`);
      }
      const named = names.map((name): [string, Tensor] => {
        const average = readTensor(from[name]), now = here.get(name);
        if (average !== undefined && now !== undefined && isAlike(average, now)) return [name, average];
        throw refusal(`no average that fits ${layer.name}.${name}`);
      });
      return { named: new Map(named), parameters };
    });
    layers.forEach((layer, i) => {
      if (read[i].named.size > 0) this.averages.set(layer, read[i]);
      else this.averages.delete(layer);
    });
  }
}

function isAlike(one: Tensor, other: Tensor): boolean {
  return one.dtype === other.dtype && sameShape(one.shape, other.shape);
}

/** The tensors among a layer's own fields. */
function statisticsOf(layer: LayerLike): Named {
  if (layer instanceof DropoutLayer) return new Map();
  return new Map(Object.entries(layer).filter((entry): entry is [string, Tensor] => entry[1] instanceof Tensor));
}
