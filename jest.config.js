/** Tests run as ES modules, straight from the TypeScript sources. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // Those of the package and of bundlers need npm and its registry, those of queues Redis: jest.ci.config.js has them.
  testPathIgnorePatterns: [
    "/node_modules/", "<rootDir>/test/package/", "<rootDir>/test/bundlers/", "<rootDir>/test/queue/",
    "<rootDir>/test/build.test.ts",
  ],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "^.+\\.ts$": ["<rootDir>/test/transform.js", { useESM: true, tsconfig: "tsconfig.json", diagnostics: false }] },
  moduleNameMapper: {
    "^chainrule$": "<rootDir>/src/index.ts",
    "^chainrule/node$": "<rootDir>/src/node.ts",
    "^chainrule/charts$": "<rootDir>/src/charts.ts",
    "^chainrule/experiment$": "<rootDir>/src/experiment.ts",
    "^chainrule/pictures$": "<rootDir>/src/pictures.ts",
    "^chainrule/queue$": "<rootDir>/src/queue.node.ts",
  },
  // The command is tested in processes of its own, where nothing is counted.
  collectCoverageFrom: ["src/**/*.ts", "!src/cli/**"],
  coverageDirectory: "coverage",
  coverageThreshold: { global: { lines: 95 } },
  // No test depends on the clock: this only ends what hangs, on a slow and busy machine, too.
  testTimeout: 600_000,
  // All cores: most of the time goes to tests that start programs of their own.
  maxWorkers: "100%",
};
