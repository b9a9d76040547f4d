/** For `node --import`: the process has the sources from the bundle that is made of them before the tests. */
export const SOURCES = new URL("load.mjs", import.meta.url).href;

/** The environment of a process that has, as each of its threads, the sources: without what jest sets for its own. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: `--import ${SOURCES}` };
}
