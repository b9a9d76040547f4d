/** Tests run as ES modules, straight from the TypeScript sources. */
export default {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "^.+\\.ts$": ["<rootDir>/test/transform.js", { useESM: true, tsconfig: "tsconfig.json", diagnostics: false }] },
  moduleNameMapper: {
    "^chainrule$": "<rootDir>/src/index.ts",
    "^chainrule/node$": "<rootDir>/src/node.ts",
  },
  // The command is tested in processes of its own, where nothing is counted.
  collectCoverageFrom: ["src/**/*.ts", "!src/cli/**"],
  coverageDirectory: "coverage",
  coverageThreshold: { global: { lines: 95 } },
  // No test is about time: this only ends what hangs.
  testTimeout: 120_000,
  // All cores: most of the time goes to tests that start programs of their own.
  maxWorkers: "100%",
};
