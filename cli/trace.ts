/** Shows every number of one forward and one backward pass: npm run trace [-- SCRIPT] [OPTIONS]. */
import { ChainruleError } from "chainrule";
import { terminalOf } from "../src/environment.node.ts";
import { checkRecording } from "../src/inspect/trace-check.ts";
import { record } from "../src/inspect/record.ts";
import { eventsOf } from "../src/inspect/trace.ts";
import { asIs } from "../src/report/paint.ts";
import { paintFor } from "../src/report/paint.node.ts";
import { explainOperation } from "../src/report/trace/operation.ts";
import { traceTable } from "../src/report/trace/table.ts";
import { checkOperation, readOptions, refuseStep, type Options } from "./trace/options.ts";
import { loadSubject, withShortSources } from "./trace/subject.ts";
import { walk } from "./trace/walk.ts";

async function main({ script, op, step, isEval, json, color }: Options): Promise<void> {
  const terminal = terminalOf(process.stdout);
  if (step && !(terminal.live && process.stdin.isTTY)) refuseStep();
  const { network, x, labels, loss } = await loadSubject(script);
  if (isEval) network.eval();
  const recording = withShortSources(record(network, x, labels, loss));
  if (op !== undefined) checkOperation(op, recording);
  if (json) {
    console.log(JSON.stringify(eventsOf(recording)));
    return;
  }
  const paint = color ? paintFor(terminal) : asIs;
  const explained = (index: number) => explainOperation(recording, index, terminal.columns, paint);
  if (op !== undefined) console.log(explained(op - 1));
  else if (step) process.exitCode = await walk(recording.steps.length, explained);
  else {
    const check = checkRecording(network, x, labels, loss, recording);
    console.log(traceTable(recording, check, terminal.columns, paint));
    if (check !== undefined && !check.passed) process.exitCode = 1;
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) await main(options);
} catch (error) {
  if (!(error instanceof ChainruleError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
