import { createInterface } from "node:readline";
import { terminalOf } from "../../environment.node.ts";
import { clock } from "../../report/progress.ts";
import { wrap } from "../../report/wrap.ts";
import { OptionError, printable } from "../../tensor/errors.ts";
import { checkNoArguments, helpOf, nameOf, readArguments, toggle, word } from "../arguments.node.ts";
import { print, type Command } from "../command.node.ts";
import { clear, jobsOf, now } from "./jobs.node.ts";
import { connect, EXPERIMENTS, type Connection } from "./redis.node.ts";
import type { QueueStatus } from "./status.ts";
import { queueFlag, queueIn } from "./worker-command.node.ts";

const usageOf = (call: string) => ({
  call, takes: "",
  does: "Shows the experiments of a queue: how many trainings wait, run, are done and have failed.",
  flags: {
    queue: queueFlag,
    clear: word("NAME", "remove all that the queue has of this experiment, after asking"),
    yes: toggle("remove it without asking"),
  },
  more: `Example:\n  ${call} --queue redis://10.0.0.5 --clear my-experiment`,
});

export async function statusOf(connection: Connection): Promise<readonly QueueStatus[]> {
  const names = Object.keys(await connection.redis.hgetall(EXPERIMENTS)).sort(), found: QueueStatus[] = [];
  for (const name of names) {
    const { active, ...counts } = await jobsOf(name, connection);
    found.push({ name, ...counts, running: active.map((job) => ({
      key: job.id, worker: job.processedBy ?? "", seconds: (now() - (job.processedOn ?? now())) / 1000,
    })) });
  }
  return found;
}

function show(status: readonly QueueStatus[], shown: string): number {
  const { columns } = terminalOf(process.stdout);
  if (status.length === 0) return print(`Nothing is queued at ${shown}.`);
  for (const { name, waiting, running, done, failed } of status) {
    const counts = `${waiting} waiting, ${running.length} running, ${done} done, ${failed} failed`;
    print(wrap(printable(`${name}: ${counts}.`), columns).join("\n"));
    for (const { key, worker, seconds } of running) {
      print(printable(`  ${key}  on ${worker}  for ${clock(Math.max(0, seconds))}`).slice(0, columns));
    }
  }
  return 0;
}

async function agrees(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.on("close", () => { resolve(false); });
    lines.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()));
      lines.close();
    });
  });
}

export const queueCommand: Command = {
  does: "show what waits, runs, is done and has failed in a queue, or remove it",
  async run(args, call) {
    const usage = usageOf(call), given = readArguments(usage, args);
    if (given === undefined) return print(helpOf(usage));
    const { clear: name, yes, queue } = given.values;
    checkNoArguments(usage, given.positionals);
    const address = queueIn(usage, queue), connection = await connect(address);
    try {
      const status = await statusOf(connection);
      if (name === undefined) return show(status, address.shown);
      const found = status.find((one) => one.name === name);
      if (found === undefined) {
        throw new OptionError({ where: `${nameOf(usage)} --clear`, given: JSON.stringify(name),
          allowed: status.length === 0 ? "the name of an experiment; none is queued"
            : status.map((one) => one.name).join(", ") });
      }
      show([found], address.shown);
      if (!yes && !await agrees(`Remove all of ${printable(name)} from ${address.shown}?`)) {
        return print("Nothing was removed.");
      }
      await clear(name, connection);
      return print(`Removed ${printable(name)} from the queue. Results that were collected are kept in out/.`);
    } finally {
      connection.close();
    }
  },
};
