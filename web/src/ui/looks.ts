/** The colours of classes in the plane, as charts have them for series (after Okabe and Ito 2008). */
const COLOURS = [
  [0, 114, 178],
  [230, 159, 0],
  [0, 158, 115],
  [204, 121, 167],
  [213, 94, 0],
  [90, 95, 208],
] as const;

export function lookOf(k: number): { readonly rgb: readonly [number, number, number] } {
  return { rgb: COLOURS[k % COLOURS.length] };
}
