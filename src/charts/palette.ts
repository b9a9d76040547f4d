import { html, type Markup } from "./markup.ts";

/** How one series looks: told apart by the colour-blind, by dash and mark, and by its letter in a terminal. */
export interface Look {
  /** On white, and on a dark page. */
  readonly light: string;
  readonly dark: string;
  /** In a terminal of 256 colours: at least 4.5:1 on black and on white; undefined for that of ordinary text. */
  readonly terminal: number | undefined;
  readonly dash: string;
  readonly letter: string;
}

/** After Okabe and Ito (2008), who chose these to be told apart by everyone. */
const LOOKS: readonly Look[] = [
  { light: "#e69f00", dark: "#f0b93a", terminal: 131, dash: "", letter: "*" },
  { light: "#0072b2", dark: "#56b4e9", terminal: 63, dash: "8 4", letter: "o" },
  { light: "#009e73", dark: "#2fc79a", terminal: 29, dash: "2 3", letter: "+" },
  { light: "#cc79a7", dark: "#e39cc3", terminal: 163, dash: "10 3 2 3", letter: "x" },
  { light: "#d55e00", dark: "#ff8a3d", terminal: undefined, dash: "14 4", letter: "#" },
  { light: "#5a5fd0", dark: "#9aa0ff", terminal: 98, dash: "5 2", letter: "%" },
  { light: "#6b6b6b", dark: "#b0b0b0", terminal: 243, dash: "1 2", letter: "&" },
];

/** The look of the nth series, in the order they are always shown. */
export function lookOf(index: number): Look {
  const look = LOOKS[index % LOOKS.length];
  return index < LOOKS.length ? look : { ...look, letter: String.fromCharCode(97 + (index - LOOKS.length) % 26) };
}

/** The mark of a series around a point: disc, diamond, square, triangle and cross, in turn. */
export function mark(index: number, x: number, y: number, attributes: Markup): Markup {
  const path = (d: string) => html`<path ${attributes} d="M${x} ${y}${d}"/>`;
  switch (index % 5) {
    case 0: return html`<circle ${attributes} cx="${x}" cy="${y}" r="4"/>`;
    case 1: return path("m0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z");
    case 2: return path("m-4 -4h8v8h-8z");
    case 3: return path("m0 -5l5 9h-10z");
    default: return path("m0 5l5 -9h-10z");
  }
}

/** How text is set apart in a terminal. Nothing that is printed may depend on it alone. */
export interface Paint {
  /** In the colour of the nth series. */
  series(index: number, text: string): string;
  /** Text that stands out: a title. */
  strong(text: string): string;
  /** Text that stands back: an axis. */
  faint(text: string): string;
}

/** No colour at all. */
export const asIs: Paint = { series: (_, text) => text, strong: (text) => text, faint: (text) => text };
