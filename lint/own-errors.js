import { placeOf } from "./paths.js";

/** The classes of src/tensor/errors.ts. */
const OWN = [
  "ChainruleError", "OptionError", "ShapeError", "OrderError", "GraphError", "DataError", "NumericError",
];

/** Expressions that are what one of their parts is. */
function partsOf(node) {
  switch (node.type) {
    case "ConditionalExpression": return [node.consequent, node.alternate];
    case "LogicalExpression": return [node.left, node.right];
    case "TSAsExpression": case "TSSatisfiesExpression": return [node.expression];
    default: return [];
  }
}

/** Whether an identifier is what a catch clause caught. */
function isCaught(context, identifier) {
  let scope = context.sourceCode.getScope(identifier);
  while (scope) {
    const variable = scope.set.get(identifier.name);
    if (variable) return variable.defs.some(({ type }) => type === "CatchClause");
    scope = scope.upper;
  }
  return false;
}

/**
 * What src/ throws is one of the framework's errors, which say where, what was given and what is allowed.
 * Right:  throw new ShapeError({ … }); throw refuse(…), a helper that makes one; throw error, once caught.
 * Wrong:  throw new Error("…"); throw "…"; throw failure, from wherever it may be.
 */
export default {
  meta: {
    type: "problem",
    docs: { description: "errors thrown are the framework's own" },
    messages: { own: "Throw one of the framework's errors (src/tensor/errors.ts), or what was caught." },
    schema: [],
  },
  create(context) {
    if (placeOf(context) === undefined) return {};
    const isFine = (node) => {
      const parts = partsOf(node);
      if (parts.length > 0) return parts.every(isFine);
      if (node.type === "NewExpression") return OWN.includes(node.callee.name);
      if (node.type === "Identifier") return isCaught(context, node);
      return node.type === "CallExpression" && !/^[A-Z]/.test(node.callee.name ?? "");
    };
    return {
      ThrowStatement(node) {
        if (!isFine(node.argument)) context.report({ node, messageId: "own" });
      },
    };
  },
};
