/**
 * Makes docs/layers.md, the table of all layers: what layers say of themselves (formula, parameters, modes),
 * and what their docstrings say (purpose, shapes, source). A test keeps the file equal to the code.
 * npm run docs:layers
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  Add, Affine, AlphaDropout, AvgPool2d, BatchNorm, Concat, Conv2d, DropConnect, Dropout, ELU, Embedding,
  Flatten, GaussianDropout, GELU, GlobalAvgPool2d, Identity, LayerNorm, LeakyReLU, LogSoftmax, MaxPool2d,
  Multiply, ReLU, Reshape, Sigmoid, SiLU, Softmax, Softplus, SpatialDropout, StochasticDepth, Tanh,
  type AnyLayer,
} from "chainrule";

/** One of each, in the order of the table: with sizes that tell its axes apart. */
export const GROUPS: Readonly<Record<string, readonly AnyLayer[]>> = {
  "With weights": [new Affine(3, 4), new Conv2d(2, 4, 3), new Embedding(10, 4)],
  "Activations": [
    new ReLU(), new LeakyReLU(), new ELU(), new SiLU(), new GELU(), new Sigmoid(), new Tanh(), new Softplus(),
    new Softmax(), new LogSoftmax(),
  ],
  "Normalisation": [new BatchNorm(4), new LayerNorm(4)],
  "The dropout family": [
    new Dropout({ keep: 0.8 }), new SpatialDropout({ keep: 0.8 }), new GaussianDropout({ keep: 0.8 }),
    new AlphaDropout({ keep: 0.8 }), new DropConnect(3, 4, { keep: 0.8 }), new StochasticDepth({ keep: 0.8 }),
  ],
  "Pooling and shapes": [
    new MaxPool2d(2), new AvgPool2d(2), new GlobalAvgPool2d(), new Flatten(), new Reshape([2, 3]),
    new Identity(),
  ],
  "Several inputs": [new Add(), new Multiply(), new Concat()],
};

const root = fileURLToPath(new URL("..", import.meta.url));

/** The file of each class in src/layers, and the comment that stands before it, in one line. */
function documented(): ReadonlyMap<string, { file: string; text: string }> {
  const found = new Map<string, { file: string; text: string }>();
  for (const path of readdirSync(join(root, "src/layers"), { recursive: true, encoding: "utf8" })) {
    const file = path.replaceAll("\\", "/");
    if (!file.endsWith(".ts")) continue;
    const code = readFileSync(join(root, "src/layers", file), "utf8");
    for (const [, comment, name] of code.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport class (\w+)/g)) {
      const text = comment.replace(/\n\s*\* ?/g, "\n").replace(/\n@[\s\S]*/, "").trim();
      found.set(name, { file, text });
    }
  }
  return found;
}

const oneLine = (text: string | undefined) => text?.replace(/\s+/g, " ").trim();
/** The end of a sentence; "et al." does not end one. */
const END = /(?<!\bal)\.(?=\s|$)/;
const sentence = (text: string) => oneLine(text.split("\n\n")[0].split(END)[0])?.replace(/:$/, "") ?? "";
const after = (word: string, text: string) => oneLine(text.split(`${word}: `)[1]?.split(END)[0]) ?? "–";
const cell = (text: string) => text.replaceAll("|", "\\|");
const code = (formula: string) => formula.split(/, (?=d?\S+ = )/).map((one) => `\`${one}\``).join("<br>");

function formulas(layer: AnyLayer): string {
  const of = (mode: "train" | "eval") => {
    const { formula } = mode === "train" ? layer.train() : layer.eval();
    return formula === undefined ? "–" : `${code(formula.forward)}<br>${code(formula.backward)}`;
  };
  const train = of("train"), evaluated = of("eval");
  layer.train();
  return train === evaluated ? train : `train: ${train}<br>eval: ${evaluated}`;
}

function modes(layer: AnyLayer): string {
  const draws = layer.draws ? ", draws in train" : "";
  return layer.dependsOnMode === true ? `train and eval differ${draws}` : "the same in both";
}

export function layersTable(): string {
  const known = documented();
  const lines = [
    "# Layers", "",
    "Made by `npm run docs:layers` from the layers themselves; do not edit it by hand. A name leads to the",
    "layer's file. Numbers in parameters are those of the layer shown below its name.",
  ];
  for (const [group, layers] of Object.entries(GROUPS)) {
    lines.push(
      "", `## ${group}`, "", "| layer | formula | parameters | shapes | modes | source |",
      "|---|---|---|---|---|---|",
    );
    for (const layer of layers) {
      const { file, text } = known.get(layer.constructor.name) ?? { file: "", text: "" };
      const shown = layer.parameters.map(({ name, shape }) => `${name} [${shape.join(", ")}]`);
      const link = `[${layer.constructor.name}](../src/layers/${file})`;
      const name = [link, sentence(text), `\`${layer.toString()}\``].join("<br>");
      const shapes = after("Shapes", text), source = after("Source", text);
      const cells = [name, formulas(layer), shown.join("<br>") || "–", shapes, modes(layer), source];
      lines.push(`| ${cells.map(cell).join(" | ")} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, "docs/layers.md"), layersTable());
}
