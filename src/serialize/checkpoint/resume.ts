import { checkNoFit } from "../../nn/running-fits.ts";
import { ownedBy } from "../../nn/layer-numbers.ts";
import { fieldsOf, type Json } from "../../nn/json-state.ts";
import { networkToJson } from "../describe.ts";
import { differences } from "../differences.ts";
import { differencesFrom, takeModel } from "../model.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { OptimizerBase } from "../../optim/optimizer-base.ts";
import { checkChoice, checkOptions } from "../../tensor/checks.ts";
import { DataError, OptionError, show } from "../../tensor/errors.ts";
import { EpochTotals } from "../../train/evaluation.ts";
import { CHANGES, type Change, type ResumeOptions } from "../../train/resume-options.ts";
import type { PendingFit } from "../../train/run.ts";
import { Checkpoint, type Callback, type Trainer } from "../../train/trainer.ts";
import { digestOf } from "./digest.ts";
import { readRun, type SavedCallback, type SavedFit, type SavedRun } from "./read.ts";
import { settingsOf } from "./settings.ts";
import { keepers, loadCallback, nameOf, settingsOfCallback, stateOfCallback } from "./write.ts";

/** What is not as it was, and what of that is allowed. */
class Findings {
  private readonly wrong: string[] = [];
  private readonly allow: readonly Change[];
  private readonly where: string;

  constructor(where: string, allow: readonly Change[]) {
    this.where = where;
    this.allow = allow;
  }

  add(sentences: readonly string[], change?: Change): void {
    if (change === undefined || !this.allow.includes(change)) this.wrong.push(...sentences);
  }

  allows(change: Change): boolean {
    return this.allow.includes(change);
  }

  get isEmpty(): boolean {
    return this.wrong.length === 0;
  }

  refusal(): DataError {
    const given = `in the file ${this.wrong.join("; ")}`, allowed = "the run as it was";
    const advice = "Nothing was changed. To go on as another run all the same, say what may differ: "
      + `{ allow: [${CHANGES.map((change) => `"${change}"`).join(", ")}] }.`;
    return new DataError({ where: this.where, given, allowed, advice });
  }
}

/**
 * A checkpoint, read from its bytes and found whole. `trainer.resume` takes it, in browsers too.
 * @param name of the file, for messages.
 * @throws DataError for a file that is damaged, newer, or no checkpoint.
 * @example
 * trainer.resume(readCheckpoint(bytes));
 * await trainer.fit(digits);
 */
export function readCheckpoint(bytes: Uint8Array, name = "checkpoint"): Checkpoint {
  return checkpointIn(bytes, name, false);
}

/** The same from bytes; with `isOwn` nothing else holds them, so they are not copied. */
export function checkpointIn(bytes: Uint8Array, name: string, isOwn: boolean): Checkpoint {
  const saved = readRun(bytes, name, isOwn);
  return new Checkpoint((trainer, options) => restore(trainer, saved, name, options));
}

function restore(
  trainer: Trainer, saved: SavedRun, name: string, options: ResumeOptions,
): ReturnType<Checkpoint["resume"]> {
  const where = `resume, ${name}`, allow = allowedBy(options), { fit } = saved;
  checkNoFit(where, [trainer, ...trainer.network.parameters], false);
  const findings = compare(trainer, saved, new Findings(where, allow));
  const pairs = pairsOf(trainer, saved.callbacks, findings);
  fill(trainer, saved, pairs, findings);
  return [[...saved.history], fit && pendingFit(trainer, fit, pairs, allow)];
}

function allowedBy(options: ResumeOptions): readonly Change[] {
  checkOptions("resume", options, ["allow"]);
  const { allow = [] } = options, where = "resume allow";
  if (!Array.isArray(allow)) {
    throw new OptionError({ where, given: show(allow), allowed: "an array of what may differ" });
  }
  return allow.map((change) => checkChoice<Change>(where, change, CHANGES));
}

/** Compares what can be compared without changing anything. */
function compare(trainer: Trainer, saved: SavedRun, findings: Findings): Findings {
  const settings = settingsOf(trainer);
  findings.add(differencesFrom(trainer.network, saved.model));
  findings.add(differences(saved.seed, trainer.seed, "the seed"), "seed");
  findings.add(missingStates(trainer, saved), "optimizer");
  for (const change of ["loss", "optimizer", "gradients"] as const) {
    findings.add(differences(saved.settings[change], settings[change], change), change);
  }
  return findings;
}

/** Restores everything or nothing: what may still be refused comes first and is rolled back. */
function fill(trainer: Trainer, saved: SavedRun, pairs: readonly Pair[], findings: Findings): void {
  const { network, optimizer } = trainer, { description } = saved.model, { learningRate } = optimizer;
  const before = pairs.map(({ callback }) => stateOfCallback(callback, trainer));
  try {
    // What callbacks keep may change the network, as its keep: it is described after that.
    for (const { callback, state } of pairs) loadCallback(callback, state, trainer);
    if (findings.isEmpty) findings.add(differences(layersIn(description), layersIn(networkToJson(network))));
    if (!findings.isEmpty) throw findings.refusal();
    optimizer.learningRate = saved.learningRate;
    if (isOfSame(optimizer, saved) || !findings.allows("optimizer")) {
      optimizer.load?.(saved.optimizer, network.parameters);
    }
  } catch (error) {
    optimizer.learningRate = learningRate;
    // A promise is not refused here: the reason why is in the first error.
    pairs.forEach(({ callback }, i) => {
      Promise.resolve<unknown>(callback.load?.(before[i], trainer)).catch(() => undefined);
    });
    throw error;
  }
  takeModel(network, saved.model);
  const { frozen } = fieldsOf(description), paths: readonly Json[] = Array.isArray(frozen) ? frozen : [];
  for (const [path, parameter] of ownedBy(network).parameters) parameter.frozen = paths.includes(path);
}

/** Parameters that must have been stepped, for they are not frozen, but of which the optimizer keeps nothing. */
function missingStates({ network, optimizer }: Trainer, saved: SavedRun): readonly string[] {
  const { history, fit } = saved, { parameters: entries } = fieldsOf(saved.optimizer);
  const { frozen } = fieldsOf(saved.model.description);
  if (!(optimizer instanceof OptimizerBase) || !Array.isArray(entries)) return [];
  if (history.length === 0 && (fit === undefined || fit.step === 0)) return [];
  const states: readonly Json[] = entries, still: readonly Json[] = Array.isArray(frozen) ? frozen : [];
  return [...ownedBy(network).parameters].flatMap(([path, parameter]) => {
    const isMissing = states[network.parameters.indexOf(parameter)] === null && !still.includes(path);
    return isMissing ? [`no state of the optimizer for "${path}"`] : [];
  });
}

function isOfSame(optimizer: Optimizer, saved: SavedRun): boolean {
  const state = optimizer.state?.([]) ?? null;
  return fieldsOf(saved.optimizer).optimizer === fieldsOf(state).optimizer;
}

/** A description without what a run may change, and a checkpoint puts back. */
function layersIn(description: Json): Json {
  return { network: fieldsOf(description).network ?? null };
}

interface Pair {
  readonly callback: Callback;
  readonly state: Json;
  readonly hasHeard: boolean;
}

/** Each callback that keeps something, with what it kept: matched by name, in their order. */
function pairsOf(trainer: Trainer, saved: readonly SavedCallback[], findings: Findings): readonly Pair[] {
  const here = keepers(trainer.callbacks), names = here.map(nameOf);
  findings.add(differences(saved.map(({ name }) => name), names, "callback"), "callbacks");
  const left = [...saved];
  return here.flatMap((callback) => {
    const i = left.findIndex(({ name }) => name === nameOf(callback));
    return i < 0 ? [] : left.splice(i, 1).map(({ name, settings, state, hasHeard }) => {
      const present = settingsOfCallback(callback) ?? null;
      if (settings !== null && present !== null) findings.add(differences(settings, present, name), "callbacks");
      return { callback, state, hasHeard };
    });
  });
}

/** The interrupted fit, which goes on with the same data only. */
function pendingFit(
  trainer: Trainer, fit: SavedFit, pairs: readonly Pair[], allow: readonly Change[],
): PendingFit {
  const { callbacks, loss } = trainer, next = pairs.find(({ hasHeard }) => !hasHeard);
  return {
    ...fit, validation: fit.validation ?? undefined, totals: new EpochTotals(loss, fit.sums),
    notified: next === undefined ? callbacks.length : callbacks.indexOf(next.callback),
    check({ batchSize, lastBatch, data, validation }) {
      const wrong = new Findings("fit, after resume", allow);
      wrong.add(differences(fit.batchSize, batchSize, "batches of"), "batchSize");
      wrong.add(differences(fit.lastBatch, lastBatch, "the last batch"), "batchSize");
      wrong.add(differences(fit.data, digestOf(data), "data"), "data");
      wrong.add(differences(fit.validation, validation ? digestOf(validation) : null, "validation"), "validation");
      if (!wrong.isEmpty) throw wrong.refusal();
    },
    onStart() {
      for (const { callback, state } of pairs) loadCallback(callback, state, trainer);
    },
  };
}
