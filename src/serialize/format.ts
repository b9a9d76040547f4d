import { hasOwn } from "../tensor/checks.ts";
import { fieldsOf, type Json } from "../nn/json-state.ts";
import { DataError, show } from "../tensor/errors.ts";
import { isPlainObject } from "../tensor/realms.ts";

/** What a description says of itself, and files that hold one: another version means another form. */
export const FORMAT = { format: "chainrule", version: 1 } as const;

/** How many levels of objects and arrays a description may have within each other. */
export const DEEPEST = 200;
/** How many values it may have in all. */
const MOST_VALUES = 1_000_000;
const tooDeep = () => ({ given: `more than ${DEEPEST} levels`, allowed: `at most ${DEEPEST} within each other` });
const tooMany = () => ({ given: `more than ${MOST_VALUES} values`, allowed: `at most ${MOST_VALUES}` });

/**
 * Throws for what JSON.parse never returns, or what only a broken or hostile file makes it give: cycles, too many
 * levels or values, numbers that are not finite. Nothing that reads a description after it need fear depth.
 */
export function checkPlain(where: string, given: unknown): asserts given is Json {
  const refuse = (what: string, allowed: string) => new DataError({ where, given: what, allowed });
  const waiting: { value: unknown; depth: number }[] = [{ value: given, depth: 0 }];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    count++;
    if (value === null || typeof value === "boolean" || typeof value === "string") continue;
    if (typeof value === "number") {
      if (Number.isFinite(value)) continue;
      throw refuse(`the number ${value}`, "finite numbers: JSON has no others");
    }
    if (!isContainer(value)) throw refuse(show(value), "what JSON can hold");
    if (depth >= DEEPEST) throw new DataError({ where, ...tooDeep() });
    if (hasOwn(value, "__proto__")) throw refuse('the name "__proto__"', "names of options");
    const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (count + waiting.length + parts.length > MOST_VALUES) throw new DataError({ where, ...tooMany() });
    // A hole of an array is undefined here, which is refused.
    for (let i = 0; i < parts.length; i++) waiting.push({ value: parts[i], depth: depth + 1 });
  }
}

/**
 * What a JSON text says, as checkPlain lets it pass. Levels and values are counted before it is parsed, which may take
 * forty times the memory of the text.
 */
export function parsePlain(where: string, text: string): Json {
  checkSize(where, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError({ where, given: String(error), allowed: "JSON" });
  }
  checkPlain(where, value);
  return value;
}

/** Looks at what stands outside of the text's strings: values begin after commas and opening brackets. */
function checkSize(where: string, text: string): void {
  let count = 0, depth = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
    } else if (sign === "[" || sign === "{") {
      count++;
      depth++;
    } else if (sign === "]" || sign === "}") depth--;
    else if (sign === ",") count++;
    if (depth > DEEPEST) throw new DataError({ where, ...tooDeep() });
    // Brackets with nothing in them count twice here; checkPlain counts exactly.
    if (count > 2 * MOST_VALUES) throw new DataError({ where, ...tooMany() });
  }
}

function isContainer(value: unknown): value is object {
  return Array.isArray(value) || isPlainObject(value);
}

/** Throws for another format or version, each by what it says of itself. */
export function checkFormat(where: string, format: unknown, version: unknown): void {
  const allowed = `version ${FORMAT.version} of the format "${FORMAT.format}"`;
  if (format !== FORMAT.format) throw new DataError({ where, given: `the format ${show(format)}`, allowed });
  if (Number(version) === FORMAT.version) return;
  const isNewer = Number(version) > FORMAT.version;
  const advice = isNewer ? "A newer chainrule wrote it: update chainrule to read it." : "";
  throw new DataError({ where, given: `version ${show(version)}`, allowed, advice });
}

/** Layers whose option epsilon was eps in files of version 0.1. */
const HAD_EPS: ReadonlySet<unknown> = new Set(["BatchNorm", "LayerNorm"]);

/** A description that checkPlain lets pass, with the names that options have now. */
export function withCurrentNames(from: Json, hadEps = false): Json {
  if (typeof from !== "object" || from === null) return from;
  if (Array.isArray(from)) return from.map((one: Json) => withCurrentNames(one, hadEps));
  const fields = fieldsOf(from), isNorm = HAD_EPS.has(fields.type);
  return Object.fromEntries(Object.entries(from).map(([name, value]: [string, Json]) => (
    [hadEps && name === "eps" ? "epsilon" : name, withCurrentNames(value, isNorm && name === "arguments")])));
}
