/** Pictures that chainrule draws as SVG text, put into the page without a style that a strict policy refuses. */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

const adopted = new Set<string>();

/** Style sheets of a picture become the page's: a strict policy allows those a script makes, not those in the text. */
function adopt(text: string): void {
  if (adopted.has(text)) return;
  adopted.add(text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

function parsed(svg: string): Node {
  // Taken out before parsing: a strict policy refuses them there.
  const text = svg
    .replace(/<style>([^<]*)<\/style>/g, (_, rules: string) => {
      adopt(rules);
      return "";
    })
    .replace(/ style="[^"]*"/g, "");
  return document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
}

interface PictureProps {
  /** SVG text. */
  readonly svg: string;
  /** Of the saved file, without its ending. */
  readonly name: string;
}

/** A picture, and a button that saves it. */
export function Picture({ svg, name }: PictureProps) {
  const place = useRef<HTMLDivElement>(null),
    picture = useMemo(() => parsed(svg), [svg]);
  useLayoutEffect(() => place.current?.replaceChildren(picture), [picture]);
  return (
    <figure class="picture">
      <div ref={place} />
      <SaveButton name={name} svg={() => svg} />
    </figure>
  );
}

interface SaveButtonProps {
  readonly name: string;
  /** Makes it when it is to be saved. */
  readonly svg: () => string | Promise<string>;
}

export function SaveButton({ name, svg }: SaveButtonProps) {
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => void Promise.resolve(svg()).then((text) => save(`${name}.svg`, text, "image/svg+xml"))}
    >
      Save as SVG<span class="hidden">: {name}</span>
    </button>
  );
}

/** Offers a text as a file. */
export function save(file: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** How wide an element is, so that what is drawn in it fits. */
export function useWidth(element: RefObject<HTMLElement | null>, usual: number): number {
  const [width, setWidth] = useState(usual);
  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return width;
}
