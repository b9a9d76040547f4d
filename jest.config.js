import { fileURLToPath } from "node:url";
import { ENTRIES, MADE } from "./test/sources/places.mjs";

/** Where lines are counted, each source is a module of its own; else all come from one bundle. */
const isCounted = process.argv.includes("--coverage");
const made = fileURLToPath(new URL("src", MADE)).replaceAll("\\", "/");
const source = (name) => (isCounted ? `<rootDir>/src/${name}.ts` : `${made}/${name}.mjs`);

export const entries = Object.fromEntries(Object.entries(ENTRIES).map(([name, entry]) => [`^${name}$`, source(entry)]));

/** Tests run as ES modules, straight from the TypeScript sources. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Those of the package and of bundlers need npm and its registry, those of queues Redis, and sweeps time: jest.ci.config.js
  // has them.
  testPathIgnorePatterns: [
    "/node_modules/", "<rootDir>/test/package/", "<rootDir>/test/bundlers/", "<rootDir>/test/queue/",
    "<rootDir>/test/sweeps/", "<rootDir>/test/build.test.ts",
  ],
  // Packages that tests put together while others begin.
  modulePathIgnorePatterns: ["<rootDir>/\\.dist-"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "^.+\\.ts$": ["<rootDir>/test/sources/transform.js", { useESM: true, tsconfig: "tsconfig.json", diagnostics: false }] },
  globalSetup: "<rootDir>/test/sources/bundle.js",
  moduleNameMapper: isCounted ? entries : { ...entries, "^(?:\\.\\./)+src/(.*)\\.ts$": source("$1") },
  // The command is tested in processes of its own, where nothing is counted.
  collectCoverageFrom: ["src/**/*.ts", "!src/cli/**"],
  coverageDirectory: "coverage",
  coverageThreshold: { global: { lines: 95 } },
  // No test depends on the clock: this only ends what hangs, on a slow and busy machine, too.
  testTimeout: 600_000,
  // All cores: most of the time goes to tests that start programs of their own.
  maxWorkers: "100%",
  // Node keeps some memory of the modules of each test file; a process that has too much takes long to exit.
  workerIdleMemoryLimit: "500MB",
};
