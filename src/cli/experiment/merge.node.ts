/** Joins what several machines have trained of one experiment. */
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { codeOf, reasonOf } from "../../formats/reasons.node.ts";
import { DataError, OptionError, shownName } from "../../tensor/errors.ts";
import { helpOf, nameOf, readArguments, target } from "../arguments.node.ts";
import { complain, print, type Command } from "../command.node.ts";
import { experimentOf } from "./command.node.ts";
import { Store } from "./store.node.ts";

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

/** What the runs of a folder were asked: their file and arguments, the last one first. */
function manifestOf(store: Store): { file: string; args: readonly string[] } | undefined {
  const path = join(store.folder, "asked.json");
  if (!existsSync(path)) return undefined;
  const found = JSON.parse(readFileSync(path, "utf8")) as { file: string; args: readonly string[] };
  return found;
}

export const mergeCommand: Command = {
  does: "join the results of an experiment's parts, trained on several machines",
  async run(args, call) {
    const usage = usageOf(call), given = readArguments(usage, args);
    if (given === undefined) return print(helpOf(usage));
    const { positionals } = given, [first] = positionals;
    if (first === undefined) {
      throw new OptionError({ where: nameOf(usage), given: "no folder", allowed: "one or more folders of results" });
    }
    for (const folder of positionals) {
      if (existsSync(join(folder, "tasks"))) continue;
      throw new OptionError({ where: nameOf(usage), given: shownName(folder),
        allowed: "folders that an experiment has written" });
    }
    const out = given.values.out ?? first.replace(/[\\/]+$/, "").replace(/-shard-\d+-of-\d+$/, "");
    const into = new Store(out);
    into.open();
    let count = 0;
    try {
      for (const folder of positionals) if (folder !== out) count += copyRecords(new Store(folder), into);
    } catch (error) {
      if (codeOf(error) === "") throw error;
      throw new DataError({ where: out, given: reasonOf(error), allowed: "a folder that can be written" });
    } finally {
      into.release();
    }
    print(`Joined ${count} trainings of ${positionals.length} folders in ${shownName(out)}.`);
    const asked = manifestOf(new Store(first));
    if (asked === undefined || !existsSync(asked.file)) {
      return complain(`Run the experiment without --shard and with --json ${out}.json to see the results.`, 0);
    }
    const files = basename(out) === "" ? [] : ["--json", `${out}.json`, "--report", `${out}.html`];
    return experimentOf(asked.file, [...asked.args, ...files], `npx chainrule experiment ${asked.file}`);
  },
};
