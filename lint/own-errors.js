import { isGlobal, placeOf } from "./paths.js";

/** The classes of src/tensor/errors.ts. */
const OWN = [
  "ChainruleError", "OptionError", "ShapeError", "CallOrderError", "GraphError", "DataError", "NumericError",
];

/** Where they are made of the language's own Error. */
const HOME = "tensor/errors.ts";

/** The errors of the language. */
const FOREIGN = [
  "Error", "AggregateError", "DOMException", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError",
  "URIError",
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

/** Whether a new Error is made for its stack alone, which is then read, as in new Error().stack. */
function isReadForStack(node) {
  const { parent } = node;
  return parent.type === "MemberExpression" && parent.object === node && parent.property.name === "stack";
}

/**
 * What src/ throws, or rejects a promise with, is one of the framework's errors, which say where, what was
 * given and what is allowed. As a helper might make what is thrown, no other error is made in src/ at all.
 * Right:  throw new ShapeError({ … }); throw refuse(…), a helper that makes one; throw error, once caught.
 * Wrong:  throw new Error("…"); return new TypeError("…"); throw "…"; throw failure, from wherever it may be;
 *         Promise.reject(new Error("…")); class Mine extends Error.
 */
export default {
  meta: {
    type: "problem",
    docs: { description: "errors thrown are the framework's own" },
    messages: {
      own: "Throw one of the framework's errors (src/tensor/errors.ts), or what was caught.",
      foreign: "Of errors, only the framework's are made in src/ (src/tensor/errors.ts).",
    },
    schema: [],
  },
  create(context) {
    const place = placeOf(context);
    if (place === undefined) return {};
    const isForeign = (node) => FOREIGN.some((name) => node && isGlobal(context, node, name));
    const checkMade = (node) => {
      if (isForeign(node.callee) && !isReadForStack(node)) context.report({ node, messageId: "foreign" });
    };
    const checkClass = (node) => {
      const isDouble = OWN.includes(node.id?.name) || isForeign(node.superClass);
      if (place !== HOME && isDouble) context.report({ node, messageId: "foreign" });
    };
    const isFine = (node) => {
      const parts = partsOf(node);
      if (parts.length > 0) return parts.every(isFine);
      if (isForeign(node.callee)) return true; // where it is made, it is refused
      if (node.type === "NewExpression") return OWN.includes(node.callee.name);
      if (node.type === "Identifier") return isCaught(context, node);
      return node.type === "CallExpression" && !/^[A-Z]/.test(node.callee.name ?? "");
    };
    return {
      NewExpression: checkMade,
      CallExpression(node) {
        checkMade(node);
        const { callee, arguments: [reason] } = node;
        const rejects = callee.type === "MemberExpression" && callee.property.name === "reject"
          && isGlobal(context, callee.object, "Promise");
        if (rejects && !(reason && isFine(reason))) context.report({ node, messageId: "own" });
      },
      ClassDeclaration: checkClass,
      ClassExpression: checkClass,
      ThrowStatement(node) {
        if (!isFine(node.argument)) context.report({ node, messageId: "own" });
      },
    };
  },
};
