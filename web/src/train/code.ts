/** Train as a program for Node: the same seeds, data and batches, and so the same bits. */
import { sourceOf } from "../network/build.ts";
import { layersOf } from "./run.ts";
import { netOf, type NetSettings, type TrainSettings } from "./settings.ts";

const MOVED = `/** Into the square from -1 to 1. */
const moved = ({ x, labels }: Dataset, centre: readonly number[], scale: number) => (
  new Dataset(new Tensor(x.data.map((value, i) => (value - centre[i % 2]) * scale), x.shape), labels));

`;

/** undefined for data that stand in the page alone. */
export function trainCode(settings: TrainSettings): string | undefined {
  const { data, rows, noise, classes: given, dataSeed, seed, batch, epochs } = settings;
  const toy = (name: string, more = "", move = ""): string => {
    const make = (s: number) => `toys.${name}({ rows: ${rows}, noise: ${noise}${more}, seed: ${s} })`;
    const set = (s: number) => (move === "" ? make(s) : `moved(${make(s)}, ${move})`);
    return `const train = ${set(dataSeed)};\nconst test = ${set(dataSeed + 1000)};`;
  };
  const sources: Partial<Record<TrainSettings["data"], readonly [string, number, number]>> = {
    spirals: [toy("spirals", `, arms: ${given}`), 2, given],
    moons: [toy("twoMoons", "", "[0.5, 0.25], 0.6"), 2, 2],
    blobs: [toy("blobs", `, classes: ${given}`, "[0, 0], 0.4"), 2, given],
    xor: [toy("xor", "", "[0, 0], 0.6"), 2, 2],
  };
  const found = sources[data];
  if (found === undefined) return undefined;
  const [source, width, classes] = found;
  const network = (net: NetSettings) =>
    sourceOf(layersOf(net, classes), [width])
      .map((layer) => `  ${layer},\n`)
      .join("");
  const optimizer = ({ optimizer: kind, rate, momentum, decay }: NetSettings) => {
    const options = [
      `learningRate: ${rate}`,
      ...(kind === "sgd" && momentum !== 0 ? [`momentum: ${momentum}`] : []),
      ...(decay === 0 ? [] : [`weightDecay: ${decay}`]),
    ];
    return `new ${kind === "sgd" ? "SGD" : "Adam"}({ ${options.join(", ")} })`;
  };
  const nets = (
    [
      ["first", netOf(settings, "a")],
      ["second", netOf(settings, "b")],
    ] as const
  )
    .map(
      ([name, net]) => `
const ${name} = new Sequential([
${network(net)}], { seed: ${seed} });
await train_("${name}", ${name}, ${optimizer(net)});
`,
    )
    .join("")
    .replaceAll("train_", "report");
  const text = `${source.includes("moved(") ? MOVED : ""}${source}

async function report(name: string, network: Sequential, optimizer: Optimizer) {
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer, seed: ${seed} });
  await trainer.fit(train, { epochs: ${epochs}, batchSize: ${batch}, validation: test });
  const { validation } = trainer.history[trainer.history.length - 1];
  console.log(name, "network: test accuracy", validation?.accuracy);
}
${nets}`;
  const names = [
    "Adam",
    "CrossEntropy",
    "Dataset",
    "Sequential",
    "SGD",
    "Tensor",
    "Trainer",
    "toys",
    "residual",
    ...new Set([...text.matchAll(/new ([A-Z]\w+)\(/g)].map(([, name]) => name)),
  ];
  const used = [...new Set(names)].filter((name) => new RegExp(`\\b${name}\\b`).test(text)).sort();
  return `import { ${used.join(", ")}, type Optimizer } from "chainrule";\n\n${text}`;
}
