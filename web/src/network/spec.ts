/** A network in the page's address and its editor: "affine:4,relu,dropout:0.8,residual(affine:4,relu),affine:2". */
import { isKind, kindOf, type Kind, type LayerValues } from "./catalog.ts";

export interface LayerSpec {
  readonly kind: Kind;
  readonly values: LayerValues;
  readonly inner: readonly LayerSpec[];
}

/** No more layers than a page can show. */
export const MOST_LAYERS = 24;

/** A layer with its usual options. */
export function usualLayer(kind: Kind): LayerSpec {
  const options = Object.entries(kindOf(kind).options);
  const inner = kindOf(kind).holdsLayers === true ? [usualLayer("affine")] : [];
  return { kind, values: Object.fromEntries(options.map(([name, { usual }]) => [name, usual])), inner };
}

export function writeSpec(layers: readonly LayerSpec[]): string {
  return layers
    .map(({ kind, values, inner }) => {
      const options = Object.entries(kindOf(kind).options);
      const texts = options.map(([name, field]) => field.write(values[name]));
      // Options at the end that are as usual are left out.
      while (
        texts.length > 0 &&
        texts[texts.length - 1] === options[texts.length - 1][1].write(options[texts.length - 1][1].usual)
      )
        texts.pop();
      return [kind, ...texts].join(":") + (inner.length > 0 ? `(${writeSpec(inner)})` : "");
    })
    .join(",");
}

/** What readSpec takes. */
export const LAYERS = `at most ${MOST_LAYERS} layers, such as affine:4,relu`;

/** undefined for text that describes no network. */
export function readSpec(text: string): readonly LayerSpec[] | undefined {
  let at = 0;
  const layers = (): LayerSpec[] | undefined => {
    const found: LayerSpec[] = [];
    for (;;) {
      const [head] = /^[a-z0-9]+(?::[\w.+-]+)*/.exec(text.slice(at)) ?? [];
      if (head === undefined) return undefined;
      at += head.length;
      const [kind, ...texts] = head.split(":");
      if (!isKind(kind)) return undefined;
      const options = Object.entries(kindOf(kind).options);
      if (texts.length > options.length) return undefined;
      const values = options.map(
        ([name, field], i) => [name, i < texts.length ? field.read(texts[i]) : field.usual] as const,
      );
      if (values.some(([, value]) => value === undefined)) return undefined;
      let inner: LayerSpec[] | undefined = [];
      if ((text[at] === "(") !== (kindOf(kind).holdsLayers === true)) return undefined;
      if (text[at] === "(") {
        at++;
        inner = layers();
        if (inner === undefined || text[at] !== ")") return undefined;
        at++;
      }
      found.push({ kind, values: Object.fromEntries(values), inner });
      if (text[at] !== ",") return found;
      at++;
    }
  };
  // No layers at all are some, too.
  const whole = text === "" ? [] : layers();
  return whole !== undefined && at === text.length && count(whole) <= MOST_LAYERS ? whole : undefined;
}

function count(layers: readonly LayerSpec[]): number {
  return layers.reduce((sum, { inner }) => sum + 1 + count(inner), 0);
}
