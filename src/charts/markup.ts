import { printable } from "../tensor/errors.ts";

/**
 * Pieces of HTML or SVG. Whatever is put into a template is escaped unless it is markup itself, so that no
 * name, option or sentence out of the data can ever become a tag.
 */
export class Markup {
  readonly text: string;

  /** Takes the text as it stands: for text of the source only. All else goes through `html`. */
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | readonly Content[];

export const NOTHING = new Markup("");

const ENTITIES = new Map([["&", "&amp;"], ["<", "&lt;"], [">", "&gt;"], ['"', "&quot;"], ["'", "&#39;"]]);

/** The text with HTML's five special letters spelled out: safe between tags and inside quotes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES.get(letter) ?? letter);
}

function render(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === "string") return escape(printable(content));
  if (typeof content === "number") return String(content);
  return content.map(render).join("");
}

/** A template: html`<td>${value}</td>`. Attributes must be written with quotes around them. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, i) => (i === 0 ? part : render(contents[i - 1]) + part)).join(""));
}
