import { checkLayer, format, type LayerReport } from "../../check/layer-check.ts";
import { helpOf } from "../arguments.node.ts";
import { endOnCtrlC, print, type Command } from "../command.node.ts";
import { findLayers, type Found } from "./find.node.ts";
import { readOptions, usageOf, type Options } from "./options.node.ts";
import { shownName } from "../../tensor/errors.ts";

/** Checks the layers that a file exports. */
export const checkLayerCommand: Command = {
  does: "check a layer of your own, and say where it is wrong",
  async run(args, call) {
    const usage = usageOf(call), options = readOptions(usage, args);
    if (options === undefined) return print(helpOf(usage));
    const found = await findLayers(options);
    endOnCtrlC();
    const reports = found.map((one) => ({ name: one.name, report: check(one, options) }));
    if (options.json) print(JSON.stringify(reports, undefined, 2));
    else print(reports.map(({ name, report }) => `${shownName(name)}\n${format(report)}`).join("\n\n"));
    return reports.every(({ report }) => report.passed) ? 0 : 1;
  },
};

function check({ example }: Found, { seed, quick }: Options): LayerReport {
  const { layer, inputShapes, ...told } = example;
  return checkLayer(layer, inputShapes, { ...told, quick, ...(seed !== undefined && { seed }) });
}
