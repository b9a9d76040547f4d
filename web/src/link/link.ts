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

/** The values of a part of the page; a change of them replaces the address, without a new entry of the history. */
export function useLinked<F extends Fields>(
  tab: Tab,
  fields: F,
  given: URLSearchParams,
): { values: ValuesOf<F>; refused: readonly string[]; set: (change: Partial<ValuesOf<F>>) => void } {
  const key = given.toString();
  useEffect(() => {
    left.set(tab, location.hash);
  }, [tab, key]);
  const read = useMemo(() => readFields(fields, new URLSearchParams(key)), [fields, key]);
  const [changed, setChanged] = useState<{ readonly from: string; readonly values: ValuesOf<F> }>();
  const values = changed?.from === key ? changed.values : read.values;
  return {
    values,
    refused: read.refused,
    set(change) {
      const next = { ...values, ...change };
      setChanged({ from: key, values: next });
      const link = `#${tab}${query(writeFields(fields, next))}`;
      try {
        history.replaceState(null, "", link);
      } catch {
        // Some browsers refuse many changes within seconds: a later one brings the address up to date.
      }
      left.set(tab, link);
    },
  };
}

function query(written: URLSearchParams): string {
  const text = written.toString();
  return text === "" ? "" : `?${text}`;
}
