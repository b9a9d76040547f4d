/**
 * From a CSV to a saved model to predictions of raw rows: the same program in Node and in a minified bundle, and the
 * command, must agree in every bit.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadModel, predictRows, readTable, schemaOf, type Prediction } from "chainrule/node";
import { session } from "../session.ts";
import { SOURCES } from "../sources/process.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "chainrule-everywhere-"));
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });
const { run: command, close } = session();

/** What both run: a model of CSV text, and what a model says of raw rows. It uses nothing of Node. */
const PROGRAM = `
import {
  Adam, Affine, CrossEntropy, fitTable, MeanSquaredError, modelFromBytes, modelToBytes, predictRows, ReLU, Sequential,
  Trainer,
} from "chainrule";

export async function modelOf(text, label) {
  const schema = fitTable(text, { label, columns: { size: { markGaps: true } } });
  const network = new Sequential([
    new Affine(schema.inputSize, 8), new ReLU(), new Affine(8, schema.outputSize),
  ], { seed: 1 });
  const loss = schema.task === "classes" ? new CrossEntropy() : new MeanSquaredError();
  const trainer = new Trainer(network, { loss, optimizer: new Adam({ learningRate: 0.01 }) });
  await trainer.fit(schema.dataset(text), { epochs: 5, batchSize: 8 });
  return modelToBytes(network, { schema });
}

export const answers = (bytes, rows) => predictRows(modelFromBytes(bytes), rows);
`;

/** Runs the program, which was put together at `path`, for a list of tasks in a process of its own. */
const main = (path: string) => `
import { readFileSync, writeFileSync } from "node:fs";
import { answers, modelOf } from ${JSON.stringify(path)};
for (const { from, label, model, rows, out } of JSON.parse(process.argv[2])) {
  const made = label ? await modelOf(readFileSync(from, "utf8"), label) : new Uint8Array(readFileSync(model));
  writeFileSync(out, label ? made : JSON.stringify(answers(made, rows)));
}
`;

const cases = [
  {
    name: "price", label: "price",
    text: ["size;district;note;price", ...Array.from({ length: 60 }, (_, i) => {
      const cells = [i % 10 === 4 ? "" : `${30 + ((i * 37) % 60)},5`, i % 3 === 0 ? "harbour" : '"old; ""town"""'];
      return [...cells, i % 4 === 0 ? "" : "quiet", `${60 + ((i * 31) % 90)},25`].join(";");
    })].join("\n"),
    rows: [
      { size: 52.5, district: "harbour", note: "quiet" }, { size: null, district: 'old; "town"', note: "" },
      { size: "1e2", district: "", note: "quiet" },
    ],
    csv: 'size;note;district\n52,5;quiet;harbour\n;;"old; ""town"""\n1e2;quiet;\n',
  },
  {
    name: "kind", label: "kind",
    text: ["size,colour,kind", ...Array.from({ length: 60 }, (_, i) => [
      i % 12 === 5 ? "NA" : 100 + ((i * 7) % 83) / 8, ["red", "yellow", "green"][i % 3], ["10", "plum", "quince"][(i * 5) % 3],
    ].join(","))].join("\n"),
    rows: [{ size: 101.125, colour: "red" }, { size: "", colour: "green" }, { size: 107, colour: null }],
    csv: "colour,size\nred,101.125\ngreen,NA\n,107\n",
  },
] as const;

beforeAll(async () => {
  const stdin = { contents: PROGRAM, resolveDir: root, loader: "js" } as const;
  await build({
    stdin, outfile: at("bundle.mjs"), bundle: true, minify: true, format: "esm", platform: "browser",
    absWorkingDir: root, alias: { chainrule: "./src/index.ts" }, logLevel: "error",
  });
  writeFileSync(at("program.mjs"), PROGRAM.replace('"chainrule"', JSON.stringify(join(root, "src/index.ts"))));
  for (const kind of ["program", "bundle"]) writeFileSync(at(`${kind}-main.mjs`), main(`./${kind}.mjs`));
  for (const { name, label, text } of cases) {
    writeFileSync(at(`${name}.csv`), text);
    const given = [at(`${name}.csv`), "--label", label, "--out", at(`${name}-command.safetensors`)];
    expect((await command("train", ...given, "--seeds", "1", "--epochs", "3")).code).toBe(0);
  }
  const tasks = (by: Place) => JSON.stringify(cases.flatMap(({ name, label, rows }) => [
    { from: at(`${name}.csv`), label, out: at(`${name}-${by}.safetensors`) },
    ...["node", "command"].map((of) => ({ model: at(`${name}-${of}.safetensors`), rows, out: at(`${name}-${of}-by-${by}.json`) })),
  ]));
  run("--import", SOURCES, at("program-main.mjs"), tasks("node"));
  run(at("bundle-main.mjs"), tasks("bundle"));
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

/** What the command writes behind the rows, as predictRows gives it. */
async function byCommand(model: string, csv: string): Promise<readonly Prediction[]> {
  writeFileSync(at("rows.csv"), csv);
  expect((await command("predict", model, at("rows.csv"), "--out", at("answers.csv"))).code).toBe(0);
  const table = readTable(readFileSync(at("answers.csv"))), { label, classes } = schemaOf(loadModel(model));
  const numbers = (name: string) => table.column(name).map((cell) => Number(cell.replace(",", ".")));
  const told = `predicted ${label.name}`;
  if (classes.length === 0) return numbers(told).map((value) => ({ value }));
  const columns = classes.map((name) => numbers(`probability ${name}`));
  return table.column(told).map((one, row) => ({
    class: one, probabilities: Object.fromEntries(classes.map((name, j) => [name, columns[j][row]])),
  }));
}

type Place = "node" | "bundle";
const predictions = (name: string, model: string, by: Place) => (
  JSON.parse(readFileSync(at(`${name}-${model}-by-${by}.json`), "utf8")) as Prediction[]);

describe.each(cases)("a table with words and gaps, and the $name to predict", ({ name, rows, csv }) => {
  test("a model trained in Node and one trained in the minified bundle are the same bytes", () => {
    expect(readFileSync(at(`${name}-bundle.safetensors`)).equals(readFileSync(at(`${name}-node.safetensors`)))).toBe(true);
  });

  test.each(["node", "command"])("Node, the bundle and the command predict the same, bit for bit, of the model of %s", async (of) => {
    const model = at(`${name}-${of}.safetensors`), wanted = predictRows(loadModel(model), rows);
    expect(wanted).toHaveLength(3);
    expect([predictions(name, of, "node"), predictions(name, of, "bundle"), await byCommand(model, csv)])
      .toEqual([wanted, wanted, wanted]);
  });
});
