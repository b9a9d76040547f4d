/**
 * npm runs this after each install, here too. It builds only where npm packs a folder that has not been built, as it does
 * for a git dependency: npm then names the folder in npm_package_resolved.
 */
import { existsSync } from "node:fs";

if (process.env.npm_package_resolved !== undefined && !existsSync("dist")) await import("./build.mjs");
