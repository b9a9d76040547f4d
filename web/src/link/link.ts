/** The page's state in its address: "#train?data=spirals&seed=7". Nothing of it is sent to any server. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { readFields, writeFields, type Fields, type ValuesOf } from "./fields.ts";

export const TABS = ["step", "train", "draw", "own-layer"] as const;
export type Tab = (typeof TABS)[number];

export interface Place {
  readonly tab: Tab;
  readonly given: URLSearchParams;
  readonly refused: string | undefined;
}

export function placeOf(hash: string): Place {
  const [head, ...rest] = hash.replace(/^#/, "").split("?");
  const tab = TABS.find((one) => one === head),
    given = new URLSearchParams(rest.join("?"));
  if (tab !== undefined) return { tab, given, refused: undefined };
  const refused =
    head === ""
      ? undefined
      : `The link names a part of the page that does not exist: ${JSON.stringify(head.slice(0, 40))}.`;
  return { tab: "step", given: new URLSearchParams(), refused };
}

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const read = () => setHash(location.hash);
    addEventListener("hashchange", read);
    // It may have changed before anyone listened.
    read();
    return () => removeEventListener("hashchange", read);
  }, []);
  return useMemo(() => placeOf(hash), [hash]);
}

const left = new Map<Tab, string>();

/** The link of a part as it was left. */
export function linkOf(tab: Tab): string {
  return left.get(tab) ?? `#${tab}`;
}

/** Changes that can be taken back, the last one last, and the link that they have led to. */
interface Past {
  at: string;
  readonly before: unknown[];
  /** The text that is being typed into: all that is typed is one change. */
  typed: Element | undefined;
}

const pasts = new Map<Tab, Past>();
const MOST_CHANGES = 100;

interface Linked<F extends Fields> {
  readonly values: ValuesOf<F>;
  /** What of the link was not understood. */
  readonly refused: readonly string[];
  /** @param goesOn whether it belongs to the change before: both are taken back together. */
  readonly set: (change: Partial<ValuesOf<F>>, goesOn?: boolean) => void;
  /** Takes the last change back; undefined if there is none. */
  readonly undo: (() => void) | undefined;
}

/**
 * The values of a part of the page; a change of them replaces the address, without a new entry of the history.
 * @param places names of values that say what is looked at: looking elsewhere is nothing to take back.
 */
export function useLinked<F extends Fields>(
  tab: Tab,
  fields: F,
  given: URLSearchParams,
  places: readonly (keyof F)[] = [],
): Linked<F> {
  const key = given.toString();
  useEffect(() => {
    left.set(tab, location.hash);
  }, [tab, key]);
  const read = useMemo(() => readFields(fields, new URLSearchParams(key)), [fields, key]);
  const [changed, setChanged] = useState<{ readonly from: string; readonly values: ValuesOf<F> }>();
  const values = changed?.from === key ? changed.values : read.values;
  const link = (of: ValuesOf<F>) => `#${tab}${query(writeFields(fields, of))}`;
  const show = (next: ValuesOf<F>) => {
    setChanged({ from: key, values: next });
    try {
      history.replaceState(null, "", link(next));
    } catch {
      // Some browsers refuse many changes within seconds: a later one brings the address up to date.
    }
    left.set(tab, link(next));
  };
  const past = pasts.get(tab),
    before = past?.at === link(values) ? (past.before[past.before.length - 1] as ValuesOf<F> | undefined) : undefined;
  const undo =
    past === undefined || before === undefined
      ? undefined
      : () => {
          past.before.pop();
          past.typed = undefined;
          past.at = link(before);
          show(before);
        };
  useUndoKey(undo);
  return {
    values,
    refused: read.refused,
    set(change, goesOn = false) {
      const next = { ...values, ...change };
      const isPlace = Object.keys(fields).every((name) => places.includes(name) || next[name] === values[name]);
      remember(tab, link(values), link(next), values, isPlace || goesOn);
      show(next);
    },
    undo,
  };
}

/** Keeps what was before a change, unless it goes on with the last one, or is none. */
function remember(tab: Tab, from: string, to: string, before: unknown, goesOn: boolean): void {
  const known = pasts.get(tab),
    past: Past = known?.at === from ? known : { at: from, before: [], typed: undefined };
  const focused = document.activeElement,
    typed = focused instanceof HTMLInputElement && focused.type === "text" ? focused : undefined;
  if (!goesOn && (typed === undefined || typed !== past.typed)) {
    past.before.push(before);
    if (past.before.length > MOST_CHANGES) past.before.shift();
    past.typed = typed;
    typed?.addEventListener(
      "blur",
      () => {
        past.typed = undefined;
      },
      { once: true },
    );
  }
  past.at = to;
  pasts.set(tab, past);
}

/** Control Z, but where text is typed: there it is the browser's. */
function useUndoKey(undo: (() => void) | undefined): void {
  useEffect(() => {
    if (undo === undefined) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const { target } = event,
        isTyped = target instanceof HTMLElement && (target.matches("input, select") || target.shadowRoot !== null);
      if (isTyped || event.key !== "z" || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      undo();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [undo]);
}

function query(written: URLSearchParams): string {
  const text = written.toString();
  return text === "" ? "" : `?${text}`;
}
