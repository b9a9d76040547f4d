/** What an editor shows of the package's types: right options are offered, wrong ones are red. */
import ts from "typescript";
import { describe, expect, test } from "@jest/globals";
import { root } from "./staged.ts";

const FILE = `${root}test/in-memory.ts`;
const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)) as { config: unknown };
const { options: given } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const options: ts.CompilerOptions = { ...given, noUnusedLocals: false };

/** One service for all, as an editor has it; the file is typed anew for each question. */
let text = "", version = 0;
const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [FILE],
  getScriptVersion: (path) => (path === FILE ? String(version) : "1"),
  getScriptSnapshot: (path) => {
    const content = path === FILE ? text : ts.sys.readFile(path);
    return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
  },
  getCurrentDirectory: () => root,
  getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
  fileExists: (path) => path === FILE || ts.sys.fileExists(path),
  readFile: (path) => ts.sys.readFile(path),
  readDirectory: (...args) => ts.sys.readDirectory(...args),
  directoryExists: (path) => ts.sys.directoryExists(path),
  getDirectories: (path) => ts.sys.getDirectories(path),
});

function type(code: string): void {
  text = `import * as chainrule from "chainrule";
    const { Affine, Dropout, ReLU, Sequential, SGD, Trainer, CrossEntropy, Graph, checkLayer, tensor, Add } = chainrule;
    const network = new Sequential([new Affine(2, 2)]), loss = new CrossEntropy(), optimizer = new SGD({ learningRate: 1 });
    const data = new chainrule.Dataset([[1, 2]], [0]);
    ${code}`;
  version++;
}

/** The names an editor offers at the mark |. */
function offered(code: string): readonly string[] {
  const [before] = code.split("|");
  type(code.replace("|", ""));
  const at = text.indexOf(code.replace("|", "")) + before.length;
  return (service.getCompletionsAtPosition(FILE, at, undefined)?.entries ?? []).map(({ name }) => name);
}

/** What is red. */
function complaints(code: string): readonly string[] {
  type(code);
  return [...service.getSyntacticDiagnostics(FILE), ...service.getSemanticDiagnostics(FILE)]
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

describe("an editor offers the options of", () => {
  test.each([
    ["a dropout", "new Dropout({ | })", ["keep", "drop", "scaling", "seed"]],
    ["how a dropout scales", 'new Dropout({ keep: 0.8, scaling: "|" })', ["inverted", "at-eval"]],
    ["an affine layer", "new Affine(2, 3, { | })", ["init", "bias", "weight", "constraint", "seed"]],
    ["how its weights begin", 'new Affine(2, 3, { init: "|" })', ["he", "xavier", "zeros"]],
    ["SGD", "new SGD({ | })", ["learningRate", "momentum", "nesterov", "weightDecay"]],
    ["a trainer", "new Trainer(network, { | })", ["loss", "optimizer", "seed", "callbacks"]],
    ["fit", "new Trainer(network, { loss, optimizer }).fit(data, { | })", ["epochs", "batchSize", "validation"]],
    ["checkLayer", "checkLayer(new ReLU(), [4], { | })", ["dropout", "seed"]],
  ])("%s", (_, code, names) => {
    expect(offered(code)).toEqual(expect.arrayContaining(names));
  });
});

describe("right code is not red:", () => {
  test.each([
    "new Dropout({ keep: 0.8 }); new Dropout({ drop: 0.2, scaling: \"at-eval\", seed: 3 });",
    "new Affine(2, 3, { init: tensor([[1, 2, 3], [4, 5, 6]]), bias: false });",
    "new Graph().input(\"x\", [2]).add(\"sum\", new Add(), \"x\", \"x\").output(\"sum\");",
    "checkLayer((seed) => new Dropout({ keep: 0.8, seed }), [4], { dropout: { keep: 0.8 } });",
  ])("%s", (code) => {
    expect(complaints(code)).toEqual([]);
  });
});

describe("wrong code is red:", () => {
  test.each([
    ["a bare number for a dropout", "new Dropout(0.5);", /not assignable/],
    ["a dropout that says nothing", "new Dropout({});", /not assignable/],
    ["keep as text", 'new Dropout({ keep: "0.8" });', /'string' is not assignable/],
    ["a scaling that there is not", 'new Dropout({ keep: 0.8, scaling: "none" });', /"none"/],
    ["an option misspelt", "new SGD({ learningRate: 1, momentun: 0.9 });", /momentun/],
    ["a learning rate left out", "new SGD({ momentum: 0.9 });", /learningRate/],
    ["an init that there is not", 'new Affine(2, 3, { init: "kaiming" });', /"kaiming"/],
    ["a layer with two inputs in a chain", "new Sequential([new Add()]);", /not assignable/],
    ["a trainer without a loss", "new Trainer(network, { optimizer });", /loss/],
    ["epochs that are no number", 'new Trainer(network, { loss, optimizer }).fit(data, { epochs: "3" });', /number/],
    ["rows that are no Dataset", "new Trainer(network, { loss, optimizer }).fit([[1, 2]], { epochs: 1 });", /Dataset/],
    ["a dtype that there is not", 'tensor([1], "float16");', /"float16"/],
    ["a parameter put in another's place", "network.parameters[0].grad = tensor([1]);", /read-only/],
    ["a layer that has no backward", "class A extends chainrule.Layer { forward(x: chainrule.Tensor) { return x; } }", /backward/],
  ])("%s", (_, code, says) => {
    const found = complaints(code);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(says);
  });
});
