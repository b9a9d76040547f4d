import { isBuiltin } from "node:module";
import { forEachImport, isGlobal, placeOf, targetOf } from "./paths.js";

/** Packages that need a terminal. */
const NODE_PACKAGES = ["chalk"];
/** Globals that browsers do not have. */
const NODE_GLOBALS = ["process", "Buffer", "require", "__dirname", "__filename"];

const isNodeFile = (place) => place.endsWith(".node.ts");

/**
 * What needs Node stays in files named *.node.ts, and those are reached from src/node.ts or each other only,
 * so that everything under src/index.ts runs in a browser.
 * Right:  data/mnist.node.ts imports "node:fs".
 * Wrong:  data/dataset.ts imports "node:fs", "chalk" or "./mnist.node.ts", or says process.
 */
export default {
  meta: {
    type: "problem",
    docs: { description: "what needs Node is in *.node.ts files, reached from src/node.ts only" },
    messages: {
      node: '"{{source}}" needs Node: only files named *.node.ts may use it.',
      reach: "{{source}} needs Node: only src/node.ts and other *.node.ts files may import it.",
    },
    schema: [],
  },
  create(context) {
    const place = placeOf(context);
    if (place === undefined || isNodeFile(place)) return {};
    return {
      ...forEachImport((node, source) => {
        const [name] = source.split("/");
        if (isBuiltin(source) || NODE_PACKAGES.includes(name)) {
          context.report({ node, messageId: "node", data: { source } });
        }
        const target = targetOf(place, source);
        if (target !== undefined && isNodeFile(target) && place !== "node.ts") {
          context.report({ node, messageId: "reach", data: { source } });
        }
      }),
      Identifier(node) {
        const { parent } = node;
        if (!NODE_GLOBALS.includes(node.name) || !isGlobal(context, node, node.name)) return;
        const isName = (parent.type === "MemberExpression" && parent.property === node && !parent.computed)
          || (parent.type === "Property" && parent.key === node && !parent.shorthand)
          || /^TS|Definition$/.test(parent.type);
        if (!isName) context.report({ node, messageId: "node", data: { source: node.name } });
      },
    };
  },
};
