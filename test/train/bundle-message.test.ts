import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { build } from "esbuild";
import { Affine, CrossEntropy, Sequential, SGD, tensor, Trainer } from "../../src/node.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const program = `
  import { Affine, CrossEntropy, Sequential, SGD, tensor, Trainer } from "chainrule";
  const network = new Sequential([new Affine(2, 2)], { seed: 1 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }) });
  try {
    trainer.step(tensor([[1, 2], [NaN, 3]]), [0, 1]);
  } catch (error) {
    console.log(error.message);
  }
`;

test("of a NaN in the input a minified bundle of chainrule says what chainrule/node says: clean the data", async () => {
  const { outputFiles: [{ text }] } = await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" }, alias: { chainrule: "./src/index.ts" },
    absWorkingDir: root, bundle: true, minify: true, format: "esm", platform: "neutral", write: false,
  });
  const said = execFileSync(process.execPath, ["--input-type=module", "-"], { input: text, encoding: "utf8" }).trimEnd();
  const network = new Sequential([new Affine(2, 2)], { seed: 1 });
  const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.1 }) });
  expect(said).toMatch("Row 1 of the batch holds NaN: clean the data.");
  expect(() => trainer.step(tensor([[1, 2], [NaN, 3]]), [0, 1])).toThrow(expect.objectContaining({ message: said }));
});
