/** A layer in TypeScript as a script for the page's worker; its lines stay where they are. */
import { transform } from "sucrase";

/** @throws Error with the compiler's own words. */
export function transpiled(code: string): string {
  const { code: text } = transform(code, {
    transforms: ["typescript", "imports"],
    production: true,
    preserveDynamicImport: false,
  });
  return `export default function (require, exports) {${text}\n}`;
}
