/** For processes that tests start: node --import test/sources/load.mjs has the sources from the bundle. */
import { register } from "node:module";

register("./hooks.mjs", import.meta.url);
process.setSourceMapsEnabled(true);
