/** The screens of `trace --step`. */
import type { Paint } from "../../charts/palette.ts";
import { ChainruleError } from "../../tensor/errors.ts";
import type { NumericGradient } from "../../trace/numeric.ts";
import type { Recording } from "../../trace/recording.ts";
import { DIGITS } from "../../trace/expressions/significant.ts";
import { numberScreen, operationScreen } from "../../trace/show/screen.ts";
import { traceTable } from "../../trace/show/table.ts";
import { checkRecording, type TraceCheck } from "../../trace/trace-check.ts";
import { numericOf } from "./output.node.ts";
import type { Subject } from "./subject.node.ts";
import type { Pages } from "./walker.node.ts";

/** What a walker shows of a recording. */
export function pagesOf(subject: Subject, recording: Recording, paint: Paint, digits = DIGITS): Pages {
  const { network, x, labels, loss } = subject;
  let check: { readonly found: TraceCheck | undefined } | undefined;
  return {
    count: recording.steps.length,
    table(columns) {
      check ??= { found: checkRecording(network, x, labels, loss, recording) };
      return traceTable(recording, check.found, columns, paint, digits).split("\n");
    },
    operation: (op, columns) => operationScreen(recording, op, columns, paint, digits),
    results: (op) => recording.steps[op].results,
    number(op, name, index, isNumeric, columns) {
      const place = { op: op + 1, name, index };
      const numeric = isNumeric ? attempt(() => numericOf(subject, recording, place)) : undefined;
      return numberScreen(recording, place, columns, paint, digits, numeric);
    },
  };
}

/** Some numbers have no gradient: then why. */
function attempt(run: () => NumericGradient): NumericGradient | string {
  try {
    return run();
  } catch (error) {
    if (error instanceof ChainruleError) return error.message;
    throw error;
  }
}
