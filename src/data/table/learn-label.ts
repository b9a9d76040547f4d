import { DataError, OptionError, show } from "../../tensor/errors.ts";
import type { LabelSchema } from "./columns.ts";
import { isOfNames, orderedWords, refuseMixed, refuseNumeric, type Learned } from "./learn.ts";
import { numberStatistics, type ColumnStatistics } from "./statistics.ts";

/** Up to so many different integers may be classes or a number. */
const FEW_NUMBERS = 20;

/** Whether the label holds classes. @throws DataError if its numbers may be either. */
export function isClasses(
  { table, statistics }: Learned, name: string, task: "classes" | "number" | undefined,
): boolean {
  const own = ownOf(statistics, name);
  if (task !== undefined) return task === "classes";
  if (own.words > own.numbers) return true;
  if (own.words > 0) refuseMixed(own, 'task: "classes" takes all of them as classes');
  const { distinct, sorted } = numberStatistics(own);
  if (distinct === 2) return true;
  if (distinct > FEW_NUMBERS || !sorted.every(Number.isInteger)) return false;
  const given = `${distinct} different integers as labels, which may be classes or a number to predict`;
  const advice = 'Say which: task: "classes" or task: "number".';
  throw new DataError({ where: `${table.name}, column ${name}`, given, allowed: "one of them", advice });
}

export function classesLabel(known: Learned, name: string, isAsked: boolean): LabelSchema {
  const { table, statistics } = known, own = ownOf(statistics, name), dropsGaps = dropsLabelGaps(known, name, own);
  const where = `${table.name}, column ${name}`;
  if (!isAsked) refuseNumeric(table, name, own, 'task: "classes" takes them as classes');
  if (isOfNames(own)) {
    const given = `${own.counts.size} different classes in ${own.words} rows`;
    const advice = 'If it is a number, say task: "number".';
    throw new DataError({ where, given, allowed: "classes that are met several times", advice });
  }
  const classes = orderedWords(table, name, own);
  if (classes.length < 2) {
    const given = classes.length === 0 ? "no class" : `the one class ${show(classes[0])}`;
    throw new DataError({ where, given, allowed: "at least two classes" });
  }
  const counts = classes.map((word) => own.counts.get(word) ?? 0);
  return { name, type: "classes", gaps: own.gaps, classes, counts, dropsGaps };
}

export function numberLabel(known: Learned, name: string): LabelSchema {
  const { table, statistics } = known, own = ownOf(statistics, name), dropsGaps = dropsLabelGaps(known, name, own);
  refuseMixed(own, 'task: "classes" takes all of them as classes');
  const { mean, deviation } = numberStatistics(own), where = `${table.name}, column ${name}`;
  if (deviation > 0 && Number.isFinite(deviation)) {
    return { name, type: "number", gaps: own.gaps, mean, deviation, dropsGaps };
  }
  const given = deviation === 0 ? `${mean} in all rows` : "numbers whose squares float64 cannot add up";
  throw new DataError({ where, given, allowed: "numbers that differ, and can be added up" });
}

function ownOf(statistics: ReadonlyMap<string, ColumnStatistics>, name: string): ColumnStatistics {
  const own = statistics.get(name);
  if (own !== undefined) return own;
  throw new OptionError({ where: "fitTable", given: `the label ${show(name)} among ignore`, allowed: "other columns" });
}

/** @throws DataError for gaps, unless their rows are left out. */
function dropsLabelGaps({ table, optionsOf }: Learned, name: string, own: ColumnStatistics): boolean {
  const { fill = "error" } = optionsOf(name);
  if (fill !== "error" && fill !== "dropRows") {
    const allowed = '"error" or "dropRows": a label is never made up';
    throw new OptionError({ where: `fitTable columns, ${name} fill`, given: show(fill), allowed });
  }
  const leaveOut = `columns: { ${show(name)}: { fill: "dropRows" } }`;
  own.gapPlaces.throwIfAny(`${leaveOut} leaves those rows out; gaps: [""] makes classes of words such as "None".`);
  return fill === "dropRows" && table.size > 0;
}
