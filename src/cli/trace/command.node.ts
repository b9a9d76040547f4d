import { terminalOf } from "../../environment.node.ts";
import { record } from "../../trace/record.ts";
import { checkRecording } from "../../trace/trace-check.ts";
import { DIGITS } from "../../trace/expressions/significant.ts";
import { explainNumber, type Place } from "../../trace/show/number.ts";
import { asIs } from "../../charts/palette.ts";
import { paintFor } from "../../report/paint.node.ts";
import { explainOperation } from "../../trace/show/operation.ts";
import { traceTable } from "../../trace/show/table.ts";
import { helpOf } from "../arguments.node.ts";
import { pictureFile } from "../painter.node.ts";
import { endOnCtrlC, print, type Command } from "../command.node.ts";
import { asJson, latexOf, numericOf } from "./output.node.ts";
import { checkOperation, placesOf, readOptions, refuseStep, usageOf, type Options } from "./options.node.ts";
import { loadSubject, withShortSources } from "./subject.node.ts";
import { pagesOf } from "./pages.node.ts";
import { walk } from "./walk.node.ts";
import { Walker } from "./walker.node.ts";
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

async function show(options: Options): Promise<number> {
  const { script, op, at, digits, steps, softmax, step, isEval, json, latex, picture, color } = options;
  const terminal = terminalOf(process.stdout);
  if (step && !(terminal.live && process.stdin.isTTY)) refuseStep();
  const file = picture === undefined ? undefined : await pictureFile("--picture", picture);
  const subject = await loadSubject(script), { network, x, labels, loss, training } = subject;
  endOnCtrlC();
  if (isEval) network.eval();
  const given = { ...training, ...steps === undefined ? {} : { steps }, ...softmax === undefined ? {} : { softmax } };
  const recording = withShortSources(record(network, x, labels, loss, given));
  if (file !== undefined && picture !== undefined) {
    // Only a command that draws loads what places boxes.
    const { computationalGraph } = await import("../../pictures.ts");
    await file.write(computationalGraph(network, x, labels, { loss, ...(digits !== undefined && { digits }) }));
    return print(`Wrote ${picture}.`);
  }
  if (op !== undefined) checkOperation(op, recording);
  const places = op === undefined || at === undefined ? undefined : placesOf(op, at, recording);
  const numericAt = (place: Place) => numericOf(subject, recording, place);
  const numerics = places?.map((place) => (options.numeric ? numericAt(place) : undefined));
  if (json) return print(printable(JSON.stringify(asJson(recording, op, places, numerics))));
  if (latex) return print(latexOf(recording, op, places, digits ?? DIGITS));
  const paint = color ? paintFor(terminal) : asIs;
  const explained = (index: number) => explainOperation(recording, index, terminal.columns, paint, digits);
  if (places !== undefined) {
    return print(places.map((place, i) => (
      explainNumber(recording, place, terminal.columns, paint, digits, numerics?.[i]))).join("\n\n"));
  }
  if (op !== undefined) return print(explained(op - 1));
  if (step) return walk(new Walker(pagesOf(subject, recording, paint, digits)));
  const check = checkRecording(network, x, labels, loss, recording);
  print(traceTable(recording, check, terminal.columns, paint, digits));
  return check === undefined || check.passed ? 0 : 1;
}
