import { forEachImport, placeOf, targetOf } from "./paths.js";

/** The floor of each folder of src/: imports go down, or sideways within a floor, never up. */
const FLOORS = {
  tensor: 1, math: 1,
  backends: 2,
  ops: 3,
  nn: 4,
  layers: 5, losses: 5,
  network: 6, optim: 6, formats: 6,
  train: 7, serialize: 7, check: 7, data: 7,
  charts: 3,
  report: 8, trace: 8, experiment: 8, pictures: 8,
  cli: 9,
};

/** The files of src/ itself stand above all folders. */
const TOP = 9;

const floorOf = (place) => (place.includes("/") ? FLOORS[place.split("/")[0]] : TOP);

/** The environment is read in one file on top, which the files that need it may reach. */
const mayReadEnvironment = (place) => place.startsWith("report/") || /^data\/.*\.node\.ts$/.test(place);

/**
 * Imports go down the floors or sideways, types too.
 * Right:  layers/affine.ts imports "../ops/products.ts".
 * Wrong:  ops/products.ts imports "../layers/affine.ts"; layers/affine.ts imports "../index.ts".
 */
export default {
  meta: {
    type: "problem",
    docs: { description: "imports go down or sideways within a floor, never up" },
    messages: {
      up: "{{from}} (floor {{low}}) imports {{to}} (floor {{high}}): imports go down or sideways.",
      outside: "{{from}} imports {{to}}, which is outside src/.",
      unknown: "{{place}} is on no floor: give its folder one in lint/floors.js.",
      self: 'Within src/ a file imports the file it needs, not "{{to}}".',
    },
    schema: [],
  },
  create(context) {
    const from = placeOf(context);
    if (from === undefined) return {};
    const low = floorOf(from);
    return {
      Program(node) {
        if (low === undefined) context.report({ node, messageId: "unknown", data: { place: from } });
      },
      ...forEachImport((node, source) => {
        if (/^chainrule(\/|$)/.test(source)) context.report({ node, messageId: "self", data: { to: source } });
        const to = targetOf(from, source);
        if (to === undefined || low === undefined) return;
        if (to.startsWith("..")) return context.report({ node, messageId: "outside", data: { from, to } });
        if (to === "environment.node.ts" && mayReadEnvironment(from)) return;
        const high = floorOf(to);
        if (high === undefined) context.report({ node, messageId: "unknown", data: { place: to } });
        else if (high > low) context.report({ node, messageId: "up", data: { from, to, low, high } });
      }),
    };
  },
};
