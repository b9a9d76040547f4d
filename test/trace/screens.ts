import { readFileSync } from "node:fs";

/** The screen kept under this name, as withoutRounding leaves one. */
export function screenOf(name: string): string {
  return withoutRounding(readFileSync(new URL(`screens/${name}.txt`, import.meta.url), "utf8"));
}

/** The errors of a gradient check that passes are rounding, about 1e-11: which digits they have is nobody's promise. */
export function withoutRounding(screen: string): string {
  return screen.replace(/\b\d\.\de-1\d\b/g, "0.0e-00");
}
