import { OptionError, show } from "../tensor/errors.ts";

/** Words for a message: the first ten, each shortened. */
export function listOf(words: readonly string[]): string {
  const shown = words.slice(0, 10).map((word) => show(word.slice(0, 60))).join(", ");
  return words.length > 10 ? `${shown} and ${words.length - 10} more` : shown;
}

/** An array of words, or an error that names what else it is. */
export function checkTexts(where: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw new OptionError({ where, given: show(value), allowed: "an array of strings" });
}
