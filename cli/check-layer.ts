/** Checks the layers that a file exports: npm run check-layer -- FILE [OPTIONS]. */
import { ChainruleError, checkLayer, format, type LayerReport } from "chainrule";
import { findLayers, type Found } from "./check-layer/find.ts";
import { readOptions, type Options } from "./check-layer/options.ts";

function check({ example }: Found, { seed }: Options): LayerReport {
  const { layer, inputShapes, dropout } = example;
  return checkLayer(layer, inputShapes, { ...(dropout && { dropout }), ...(seed !== undefined && { seed }) });
}

async function main(options: Options): Promise<void> {
  const found = await findLayers(options);
  const reports = found.map((one) => ({ name: one.name, report: check(one, options) }));
  console.log(reports.map(({ name, report }) => `${name}\n${format(report)}`).join("\n\n"));
  if (reports.some(({ report }) => !report.passed)) process.exitCode = 1;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options !== undefined) await main(options);
} catch (error) {
  if (!(error instanceof ChainruleError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
