import type { Statistic } from "./statistic.ts";

/** A number with so many decimals, and a true minus sign, which is as wide as the digits beside it. */
export function fixed(value: number, decimals = 2): string {
  const text = value.toFixed(decimals);
  // A small negative number rounds to "-0.00", which says something that is not so.
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
}

/** As `fixed`, but a rise is marked as clearly as a fall. */
export function signed(value: number, decimals = 2): string {
  const text = fixed(value, decimals);
  return Number(text) > 0 ? `+${text}` : text;
}

/** "15.21 ± 0.20"; the mean alone where there is no deviation. The spaces do not break. */
export function meanAndSd({ mean, sd }: Statistic, format: typeof fixed = fixed, decimals = 2): string {
  return sd === null ? format(mean, decimals) : `${format(mean, decimals)}\u00a0±\u00a0${fixed(sd, decimals)}`;
}

/** An integer with separated thousands: 12345 as "12,345". */
export function grouped(value: number): string {
  return value.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The text with its numbers kept in one piece: no line ends before ± or %, nor after ±. */
export function unbroken(text: string): string {
  return text.replace(/ ([±%])/g, "\u00a0$1").replace(/± /g, "±\u00a0");
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** At most `count` of the items, evenly chosen, with the first and the last among them. */
export function evenly<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);
}

/** The text in at most so many characters, its beginning and its end: names of settings differ in their last words. */
export function shortened(text: string, most: number): string {
  const letters = Array.from(text);
  if (letters.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return most < 1 ? "" : `${letters.slice(0, most - 1 - end).join("")}…${end > 0 ? letters.slice(-end).join("") : ""}`;
}

/** As many decimals as the largest of some values needs for three digits, at least two. */
export function decimalsFor(values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let decimals = 2, unit = 1; decimals < 12; decimals++, unit /= 10) if (largest >= unit) return decimals;
  return 2;
}
