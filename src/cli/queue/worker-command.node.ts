import { availableParallelism } from "node:os";
import { OptionError } from "../../tensor/errors.ts";
import {
  helpOf, integer, last, nameOf, number, quoted, readArguments, target, toggle, type Usage,
} from "../arguments.node.ts";
import { print, type Command } from "../command.node.ts";
import { Endings } from "../experiment/signals.node.ts";
import { QueueAddress } from "./address.node.ts";
import { work } from "./work.node.ts";

/** Seconds. */
export const LEASE = 30;

export const queueFlag = last("URL", "where the queue is: redis://host, or rediss://host with TLS",
  (text, where) => QueueAddress.read(text, where));

const usageOf = (call: string) => ({
  call, takes: "FILE",
  does: "Trains what `chainrule experiment FILE --queue URL` has put in the queue, until Ctrl-C.",
  flags: {
    queue: queueFlag,
    workers: integer("N", "how many trainings at once (default: as many as cores); same numbers", { min: 1, max: 256 }),
    turbo: toggle("the processor's wider vectors, if this Node can use them: the same numbers, sooner"),
    out: target("DIR", "the folder of checkpoints (default: out/ and the experiment's name): if all machines share it, "
      + "another worker continues where one was lost"),
    lease: number("S", `seconds after which the training of a worker that is not heard of is another's (default ${
      LEASE})`, { min: 1, max: 86_400 }),
  },
  more: `Example:\n  ${call} my-experiment.ts --queue redis://10.0.0.5\n\n`
    + "A user's name and password stand in the URL or in REDIS_USERNAME and REDIS_PASSWORD.",
});

/** @throws OptionError if no queue is named. */
export function queueIn(usage: Usage, address: QueueAddress | undefined): QueueAddress {
  if (address !== undefined) return address;
  throw new OptionError({ where: nameOf(usage), given: "no --queue", allowed: "where the queue is",
    advice: `As: ${usage.call} --queue redis://localhost` });
}

export const workerCommand: Command = {
  does: "train what an experiment has put in a queue, on any number of machines",
  async run(args, call) {
    const usage = usageOf(call), given = readArguments(usage, args);
    if (given === undefined) return print(helpOf(usage));
    const { positionals, values } = given, [file, extra] = positionals;
    if (file === undefined || extra !== undefined) {
      const advice = `As: ${call} my-experiment.ts --queue redis://localhost`;
      throw new OptionError({ where: nameOf(usage), given: file === undefined ? "no file" : "several files",
        allowed: "one file, that of the experiment", advice });
    }
    const address = queueIn({ ...usage, call: `${call} ${quoted(file)}` }, values.queue);
    const endings = new Endings(`${call} ${quoted(file)} --queue ${address.shown}`);
    try {
      await work(file, {
        address, workers: values.workers ?? availableParallelism(), turbo: values.turbo, folder: values.out,
        lease: values.lease ?? LEASE, say(sentence) { print(sentence); }, onStop: (stop) => { endings.onStop(stop); },
      });
      return endings.explain([], "what it was training is saved, and back in the queue.");
    } finally {
      endings.close();
    }
  },
};
