/** What is written down of a run while it goes on: part of its checkpoints. */
import { DataError, type Json } from "chainrule";
import type { EpochPoint } from "../../src/report/result.ts";
import type { Settings } from "./settings.ts";

type Fields = Readonly<Record<string, unknown>>;

export class Logbook {
  readonly points: EpochPoint[] = [];
  /** Rows trained on. */
  samples = 0;
  private readonly settings: string;

  constructor({ seeds: _seeds, ...settings }: Settings) {
    // How many seeds there are makes no difference to any one of them.
    this.settings = JSON.stringify(settings);
  }

  /** As plain data, with the digest of the batches so far, and the seconds that training took. */
  state(order: string, seconds: number): Json {
    const { settings, samples, points } = this;
    return { settings, samples, order, seconds, points: points.map((point) => ({ ...point })) };
  }

  /** Takes back what state() gave. @throws DataError for what a run with other settings has written. */
  load(state: Json): { order: string; seconds: number } {
    const { settings, samples, order, seconds, points } = (state ?? {}) as Fields;
    if (settings !== this.settings) {
      const given = `those of a run with ${String(settings)}`;
      throw new DataError({ where: "settings", given, allowed: `the same as now, ${this.settings}` });
    }
    this.samples = Number(samples);
    this.points.splice(0, Infinity, ...(points as EpochPoint[]));
    return { order: String(order), seconds: Number(seconds) };
  }
}
