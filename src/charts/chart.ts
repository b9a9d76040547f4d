import { checkInteger, checkNumber, checkOptions } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";
import { asIs, type Paint } from "./palette.ts";

/** How large an SVG is, in its own units: the text in it has 14. */
export interface SvgOptions {
  /** Default 720. */
  readonly width?: number;
  /** Default what suits the chart. */
  readonly height?: number;
}

/** How wide a chart of characters may be, and how it is coloured. */
export interface TextOptions {
  /** Default 80. No line is longer, from 20 on. */
  readonly columns?: number;
  /** Default no colour. */
  readonly paint?: Paint;
}

/** A drawing, as a picture that stands alone and as lines for a terminal. */
export interface Chart {
  readonly title: string;
  /** SVG text: a file of its own, or part of a page. Light, and dark where the reader prefers that. */
  svg(options?: SvgOptions): string;
  /** The same in characters, to be read without colour. */
  text(options?: TextOptions): string;
}

/** A chart from the two ways to draw it. */
export function chartOf(
  title: string, svg: (width: number, height: number | undefined) => string,
  text: (columns: number, paint: Paint) => readonly string[],
): Chart {
  return {
    title,
    svg(options = {}) {
      checkOptions("svg", options, ["width", "height"]);
      const width = checkNumber("svg width", options.width ?? 720, { min: 200, max: 10_000 });
      const { height } = options;
      return svg(width, height === undefined ? undefined : checkNumber("svg height", height,
        { min: 100, max: 10_000 }));
    },
    text(options = {}) {
      checkOptions("text", options, ["columns", "paint"]);
      const columns = checkInteger("text columns", options.columns ?? 80, { min: 1 });
      return text(Math.max(20, columns), options.paint ?? asIs).map((line) => line.trimEnd()).join("\n");
    },
  };
}

export function checkTitle(where: string, title: unknown): string {
  if (typeof title === "string") return title;
  throw new OptionError({ where: `${where} title`, given: show(title), allowed: "a text" });
}

/** @throws OptionError naming the first that is no finite number. */
export function checkValues(where: string, values: unknown): readonly number[] {
  const isList: boolean = Array.isArray(values) || ArrayBuffer.isView(values);
  if (!isList) throw new OptionError({ where, given: show(values), allowed: "an array of numbers" });
  return Array.from(values as ArrayLike<unknown>, (value, i) => {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new OptionError({ where: `${where}, at index ${i}`, given: show(value), allowed: "a finite number" });
  });
}

/** @throws OptionError for what is no list, or an empty one. */
export function checkList<T>(where: string, list: readonly T[], what: string): readonly T[] {
  const isList: boolean = Array.isArray(list) && list.length > 0;
  if (isList) return list;
  throw new OptionError({ where, given: show(list), allowed: `an array of one or more ${what}` });
}
