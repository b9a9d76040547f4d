/** Where in a layer's text the cause of a failed check most likely stands. */

/** A place in a text: its line, and columns within it, from 1 and 0. */
export interface Place {
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly diagnosis: string | undefined;
}

/** The expression that makes the wrong gradient, else the method; undefined if there is no such method. */
export function placeOf({ name, message, diagnosis = "" }: Failure, code: string): Place | undefined {
  const lines = code.split("\n"),
    isBackward = /gradient|backward|dx|dy|own forward/i.test(name);
  const start = lines.findIndex((line) =>
    new RegExp(`^\\s*(override\\s+)?${isBackward ? "backward" : "forward"}\\s*\\(`).test(line),
  );
  if (start < 0) return undefined;
  const indent = lines[start].search(/\S/),
    end = lines.findIndex((line, i) => i > start && line.trim().startsWith("}") && line.search(/\S/) <= indent);
  const body = lines.slice(start, end < 0 ? lines.length : end);
  const [, parameter] = /gradient of (\w+)/.exec(message) ?? [],
    [, returned] = /\breturn\s+(\w+)\s*;/.exec(body.findLast((line) => /\breturn\b/.test(line)) ?? "") ?? [];
  const patterns = [
    ...(isBackward && /\bmask\b|random/.test(diagnosis) ? [/\brandom\.\w+\([^)]*\)/] : []),
    ...(parameter !== undefined && parameter !== "x"
      ? [new RegExp(`\\b${parameter}\\.grad\\b[^=]*[-+*/]?=\\s*([^;]*)`), /\.grad\b[^=]*[-+*/]?=\s*([^;]*)/]
      : []),
    ...(returned === undefined ? [] : [new RegExp(`\\b${returned}(?:\\.data)?\\[[^=]*[-+*/]?=(?!=)\\s*([^;]*)`)]),
    ...(returned === undefined ? [] : [new RegExp(`\\b${returned}\\s*=(?!=)\\s*([^;]*)`)]),
    /\breturn\s+([^;]*)/,
  ];
  for (const pattern of patterns) {
    for (const [i, line] of body.entries()) {
      const found = pattern.exec(line);
      if (found === null) continue;
      const text = found[1] ?? found[0],
        from = found.index + found[0].length - text.length;
      return { line: start + 1 + i, from, to: from + text.trimEnd().length };
    }
  }
  return { line: start + 1, from: indent, to: lines[start].length };
}
