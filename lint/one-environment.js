import { forEachImport, isGlobal, placeOf } from "./paths.js";

/**
 * The environment is read in src/environment.node.ts; everything else is set by functions and options.
 * Right:  environment.node.ts says process.env.CHAINRULE_CACHE; others call what it exports.
 * Wrong:  process.env, const { env } = process, or an import of node:process anywhere else.
 */
export default {
  meta: {
    type: "problem",
    docs: { description: "the environment is read in src/environment.node.ts only" },
    messages: { env: "The environment is read in src/environment.node.ts only." },
    schema: [],
  },
  create(context) {
    const place = placeOf(context);
    if (place === undefined || place === "environment.node.ts") return {};
    const report = (node) => context.report({ node, messageId: "env" });
    return {
      ...forEachImport((node, source) => {
        if (source === "node:process" || source === "process") report(node);
      }),
      MemberExpression(node) {
        const name = node.computed ? node.property.value : node.property.name;
        if (name === "env" && isGlobal(context, node.object, "process")) report(node);
      },
      VariableDeclarator({ id, init }) {
        if (id.type !== "ObjectPattern" || !init || !isGlobal(context, init, "process")) return;
        for (const property of id.properties) if (property.key?.name === "env") report(property);
      },
    };
  },
};
