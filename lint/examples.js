import { relative, sep } from "node:path";
import { forEachImport } from "./paths.js";

/**
 * An example can be copied out and run: it imports the package's entries alone.
 * Right:  examples/digits.ts imports "chainrule" and "chainrule/charts".
 * Wrong:  examples/digits.ts imports "./parts/bars.ts", "../src/index.ts" or "chalk".
 */
export default {
  meta: {
    type: "problem",
    docs: { description: "an example imports chainrule and its entries alone" },
    messages: { other: 'An example imports "chainrule" and its entries alone, so that it can be copied out: not "{{source}}".' },
    schema: [],
  },
  create(context) {
    if (!relative(context.cwd, context.filename).split(sep).join("/").startsWith("examples/")) return {};
    return forEachImport((node, source) => {
      if (!/^chainrule(\/[a-z]+)?$/.test(source)) context.report({ node, messageId: "other", data: { source } });
    });
  },
};
