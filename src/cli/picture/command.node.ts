import { OutputFile } from "../../report/file.node.ts";
import { helpOf } from "../arguments.node.ts";
import { endOnCtrlC, print, type Command } from "../command.node.ts";
import { pictureFile } from "../painter.node.ts";
import { KINDS } from "./kinds.node.ts";
import { readOptions, usageOf } from "./options.node.ts";
import { loadSubject } from "./subject.node.ts";

/** Draws a network, or one pass of it. */
export const pictureCommand: Command = {
  does: "draw a network or one pass of it as SVG, PNG, Mermaid or DOT",
  async run(args, call) {
    const usage = usageOf(call), options = readOptions(usage, args);
    if (options === undefined) return print(helpOf(usage));
    const { kind, out } = options, isText = KINDS[kind].isText === true;
    const open = (name: string) => (isText ? OutputFile.prepare("--out", name) : pictureFile("--out", name));
    const file = out === undefined ? undefined : await open(out);
    const subject = await loadSubject(options.file);
    endOnCtrlC();
    if (options.isEval) subject.network.eval();
    // Only a command that draws loads what places boxes.
    const text = KINDS[kind].draw(await import("../../pictures.ts"), subject, options);
    if (file === undefined) return print(text.trimEnd());
    await file.write(text);
    return print(`Wrote ${out}.`);
  },
};
