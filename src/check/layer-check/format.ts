import { OptionError, printable, show } from "../../tensor/errors.ts";
import type { CheckReport } from "../report.ts";

const WIDTH = 80;

/** Words put into lines of at most 80 columns, each behind the indent. */
function wrap(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(" ")) {
    if (line.length > indent.length && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line.length > indent.length ? ` ${word}` : word;
  }
  return [...lines, line];
}

/**
 * A report as plain text, 80 columns wide: one line for each check that passed; for each that failed, what was seen,
 * what a known mistake usually means, and which other checks failed for the same reason.
 */
export function format(report: CheckReport): string {
  const checks = checksOf(report).map(({ message, ...check }) => ({ ...check, message: printable(message) }));
  const width = checks.reduce((most, { name }) => Math.max(most, name.length), 0);
  const lines = checks.flatMap(({ name, passed, message, diagnosis, sameAs }) => {
    if (sameAs !== undefined) return [];
    if (!passed) {
      const told = diagnosis === undefined ? [] : wrap(diagnosis, "       ");
      const also = checks.filter((check) => check.sameAs === name).map((check) => check.name);
      const others = also.length === 0 ? [] : wrap(`For the same reason: ${also.join(", ")}.`, "       ");
      return [`  FAIL ${name}`, ...wrap(message, "       "), ...told, ...others];
    }
    const head = `  ok   ${name.padEnd(width)}  `;
    const [first, ...more] = wrap(message, " ".repeat(head.length));
    return [head + first.trimStart(), ...more];
  });
  const failures = checks.filter((check) => !check.passed).length;
  const end = failures === 0 ? `passed: all ${checks.length} checks` : `FAILED: ${failures} of ${checks.length} checks`;
  const notes = (report.notes ?? []).flatMap((note) => {
    const [first, ...more] = wrap(printable(note), "       ");
    return [`  note ${first.trimStart()}`, ...more];
  });
  return [...lines, ...notes, end].join("\n");
}

function checksOf(report: CheckReport): CheckReport["checks"] {
  const checks: unknown = report?.checks;
  const areChecks = Array.isArray(checks) && [...checks as unknown[]].every((check) => {
    const { name, message } = Object(check) as { name?: unknown; message?: unknown };
    return typeof name === "string" && typeof message === "string";
  });
  const notes: unknown = report?.notes ?? [];
  const areNotes = Array.isArray(notes) && [...notes as unknown[]].every((note) => typeof note === "string");
  if (areChecks && areNotes) return report.checks;
  throw new OptionError({ where: "format", given: show(report), allowed: "a report that checkLayer returned" });
}
