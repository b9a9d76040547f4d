import { terminalOf } from "../../environment.node.ts";
import { record } from "../../trace/record.ts";
import { checkRecording } from "../../trace/trace-check.ts";
import { eventsOf } from "../../trace/trace.ts";
import { asIs } from "../../charts/palette.ts";
import { paintFor } from "../../report/paint.node.ts";
import { explainOperation } from "../../trace/show/operation.ts";
import { traceTable } from "../../trace/show/table.ts";
import { helpOf } from "../arguments.node.ts";
import { endOnCtrlC, print, type Command } from "../command.node.ts";
import { checkOperation, readOptions, refuseStep, usageOf, type Options } from "./options.node.ts";
import { loadSubject, withShortSources } from "./subject.node.ts";
import { walk } from "./walk.node.ts";
import { printable } from "../../tensor/errors.ts";

/** Shows every number of one forward and one backward pass. */
export const traceCommand: Command = {
  does: "show every number of one forward and one backward pass",
  async run(args, call) {
    const usage = usageOf(call), options = readOptions(usage, args);
    if (options === undefined) return print(helpOf(usage));
    return show(options);
  },
};

async function show({ script, op, digits, step, isEval, json, color }: Options): Promise<number> {
  const terminal = terminalOf(process.stdout);
  if (step && !(terminal.live && process.stdin.isTTY)) refuseStep();
  const { network, x, labels, loss } = await loadSubject(script);
  endOnCtrlC();
  if (isEval) network.eval();
  const recording = withShortSources(record(network, x, labels, loss));
  if (op !== undefined) checkOperation(op, recording);
  if (json) return print(printable(JSON.stringify(eventsOf(recording))));
  const paint = color ? paintFor(terminal) : asIs;
  const explained = (index: number) => explainOperation(recording, index, terminal.columns, paint, digits);
  if (op !== undefined) return print(explained(op - 1));
  if (step) return walk(recording.steps.length, explained);
  const check = checkRecording(network, x, labels, loss, recording);
  print(traceTable(recording, check, terminal.columns, paint, digits));
  return check === undefined || check.passed ? 0 : 1;
}
