import { isGlobal, placeOf } from "./paths.js";

/** Rounded the same way, or not at all, on every engine. */
const EXACT = ["abs", "min", "max", "floor", "ceil", "round", "trunc", "sign", "sqrt", "fround", "imul", "clz32"];
const CONSTANTS = ["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"];

/** Folders that may look at a clock: for progress, never for numbers. */
const CLOCKED = /^(train|report|cli)\/|^backends\/wasm\/(threads|turbo)[\w.]*\.ts$/;

/**
 * Arithmetic that gives the same bits on every engine, and nothing that differs from run to run.
 * Right:  Math.sqrt(x), exp(x) from math/elementary.ts, performance.now() in train/, report/ and cli/, and where threads are waited for.
 * Wrong:  Math.exp(x), x ** 2, Math.random(), const { exp } = Math, Date.now().
 */
export default {
  meta: {
    type: "problem",
    docs: { description: "only arithmetic that is exact on every engine; no chance, no clock" },
    messages: {
      power: "Engines round ** differently: multiply, or use pow of math/elementary.ts.",
      random: "Random numbers come from a seeded stream of nn/random.ts.",
      math: "Engines round Math.{{name}} differently: use math/elementary.ts.",
      alias: "Math is used as Math.name only, so that this rule can see which.",
      date: "{{name}} differs from run to run.",
      clock: "performance.now() is for progress and for time limits, not for results.",
    },
    schema: [],
  },
  create(context) {
    const place = placeOf(context);
    if (place === undefined) return {};
    const report = (node, messageId, name = "") => context.report({ node, messageId, data: { name } });
    const nameOf = ({ computed, property }) => {
      if (!computed) return property.name;
      return property.type === "Literal" ? String(property.value) : undefined;
    };
    const checkPower = (node) => {
      if (node.operator === "**" || node.operator === "**=") report(node, "power");
    };
    return {
      BinaryExpression: checkPower,
      AssignmentExpression: checkPower,
      Identifier(node) {
        if (!isGlobal(context, node, "Math")) return;
        const { parent } = node;
        if (parent.type === "Property" && parent.key === node && !parent.shorthand) return;
        if (parent.type === "MemberExpression" && parent.property === node && !parent.computed) {
          if (parent.object.name === "globalThis") report(node, "alias");
          return;
        }
        const name = parent.type === "MemberExpression" && parent.object === node ? nameOf(parent) : undefined;
        if (name === undefined) report(node, "alias");
        else if (name === "random") report(node, "random");
        else if (!EXACT.includes(name) && !CONSTANTS.includes(name)) report(node, "math", name);
      },
      MemberExpression(node) {
        const name = nameOf(node);
        if (isGlobal(context, node.object, "Date") && name === "now") report(node, "date", "Date.now()");
        if (isGlobal(context, node.object, "performance") && name === "now" && !CLOCKED.test(place)) {
          report(node, "clock");
        }
      },
    };
  },
};
