/** Where bundle.js puts what it makes of the sources. */
export const MADE = new URL("../../node_modules/.cache/chainrule-tests/", import.meta.url);

/** The module that each name of the package stands for. */
export const ENTRIES = {
  "chainrule": "index", "chainrule/node": "node", "chainrule/charts": "charts", "chainrule/experiment": "experiment",
  "chainrule/pictures": "pictures", "chainrule/queue": "queue.node",
};
