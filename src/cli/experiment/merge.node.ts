/** Joins what several machines have trained of one experiment. */
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plural } from "../../charts/numbers.ts";
import { codeOf, reasonOf } from "../../formats/reasons.node.ts";
import { DataError, OptionError, shownName } from "../../tensor/errors.ts";
import { helpOf, nameOf, quoted, readArguments, target } from "../arguments.node.ts";
import { complain, print, type Command } from "../command.node.ts";
import { experimentOf } from "./command.node.ts";
import { Store, type Asked } from "./store.node.ts";

const usageOf = (call: string) => ({
  call, takes: "DIR…",
  does: "Joins the results of the parts of an experiment, as --shard makes them, and writes those of all.",
  flags: { out: target("DIR", "the folder they are joined in (default: the first without -shard-1-of-5)") },
  more: `Example:\n  ${call} out/my-experiment-shard-*`,
});

/** Copies the records of one folder into another. @throws DataError if both know a training, and not alike. */
function copyRecords(from: Store, into: Store): number {
  const tasks = join(from.folder, "tasks"), target = join(into.folder, "tasks");
  for (const key of from.keys()) {
    const own = into.read(key);
    if (own !== undefined && JSON.stringify(own) !== JSON.stringify(from.read(key)) && own.failure === undefined) {
      const given = `another result of training ${key} than ${shownName(into.folder)} has`;
      const advice = "One machine computes what the others do not: compare the weights' digests.";
      throw new DataError({ where: from.folder, given, allowed: "the same numbers for the same training", advice });
    }
    const files = readdirSync(tasks).filter((name) => name.startsWith(`${key}.`) && !name.includes(".checkpoint."));
    for (const name of files) copyFileSync(join(tasks, name), join(target, name));
  }
  return from.keys().length;
}

/** What the last run of a folder was asked; undefined where that is not known. */
function askedOf(store: Store): Asked | undefined {
  const path = join(store.folder, "asked.json");
  if (!existsSync(path)) return undefined;
  const found: unknown = JSON.parse(readFileSync(path, "utf8"));
  return isAsked(found) ? found : undefined;
}

function isAsked(found: unknown): found is Asked {
  if (typeof found !== "object" || found === null) return false;
  const { file, args, call } = found as Partial<Record<string, unknown>>;
  return typeof file === "string" && typeof call === "string" && Array.isArray(args)
    && args.every((arg) => typeof arg === "string");
}

export const mergeCommand: Command = {
  does: "join the results of an experiment's parts, trained on several machines",
  async run(args, call) {
    const usage = usageOf(call), given = readArguments(usage, args);
    if (given === undefined) return print(helpOf(usage));
    // A pattern such as out/my-experiment-shard-* also matches the files beside the folders.
    const { positionals } = given, folders = positionals.filter((path) => existsSync(join(path, "tasks")));
    const [first] = folders, missing = positionals.find((path) => !existsSync(path));
    if (first === undefined || missing !== undefined) {
      const what = missing ?? positionals.at(0);
      throw new OptionError({ where: nameOf(usage), given: what === undefined ? "no folder" : shownName(what),
        allowed: "folders that an experiment has written" });
    }
    const out = given.values.out ?? first.replace(/[\\/]+$/, "").replace(/-shard-\d+-of-\d+$/, "");
    const into = new Store(out);
    into.open();
    let count = 0;
    try {
      for (const folder of folders) if (folder !== out) count += copyRecords(new Store(folder), into);
    } catch (error) {
      if (codeOf(error) === "") throw error;
      throw new DataError({ where: out, given: reasonOf(error), allowed: "a folder that can be written" });
    } finally {
      into.release();
    }
    print(`Joined ${plural(count, "training")} of ${plural(folders.length, "folder")} in ${shownName(out)}.`);
    const asked = askedOf(new Store(first));
    if (asked === undefined || !existsSync(asked.file)) {
      const where = asked === undefined ? "" : ` where ${shownName(asked.file)} is`;
      return complain(`To see the results, type the experiment's command${where}, without --shard and with --json ${
        quoted(`${out}.json`)}: it trains nothing again.`, 0);
    }
    const files = ["--json", `${out}.json`, "--report", `${out}.html`];
    return experimentOf(asked.file, [...asked.args, ...files], asked.call, { trains: false });
  },
};
