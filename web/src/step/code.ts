/** Step as a program for Node. */
import { sourceOf } from "../network/build.ts";
import type { LayerSpec } from "../network/spec.ts";
import { usualInput } from "./input.ts";
import type { StepRequest } from "./protocol.ts";

export function codeOf(
  specs: readonly LayerSpec[],
  shape: readonly number[],
  { seed, rows, mode }: StepRequest,
): string {
  const layers = sourceOf(specs, shape),
    names = [
      ...new Set([
        "Sequential",
        ...layers.flatMap((layer) => [...layer.matchAll(/new ([A-Z]\w*)|\b(residual)\(/g)].map(([, a, b]) => a ?? b)),
      ]),
    ].sort();
  return `import { explainTrace, ${names.join(", ")} } from "chainrule";

const network = new Sequential([
${layers.map((layer) => `  ${layer},\n`).join("")}], { seed: ${seed} }).to("float64");
${mode === "eval" ? "network.eval();\n" : ""}
// Put your own rows here: ${rows} of ${shape.join(" x ")} numbers each, and the class of each.
const x = ${JSON.stringify(nested(shape, rows))};
const labels = ${JSON.stringify(Array.from({ length: rows }, (_, row) => row % 2))};

for (const { op, kind, phase, results } of explainTrace(network, x, labels).steps) {
  console.log(op, kind, phase);
  for (const { name, values } of results) console.log("  ", name, values);
}
`;
}

function nested(shape: readonly number[], rows: number): unknown {
  const { data } = usualInput(shape, rows),
    fold = (values: readonly unknown[], sides: readonly number[]): unknown => {
      if (sides.length === 0) return values[0];
      const size = values.length / sides[0];
      return Array.from({ length: sides[0] }, (_, i) => fold(values.slice(i * size, (i + 1) * size), sides.slice(1)));
    };
  return fold(Array.from(data), [rows, ...shape]);
}
