/** Tests of the built page in a real browser; `npm run build:web` comes first. */
import base, { entries } from "../jest.config.js";

export default {
  ...base,
  rootDir: "..",
  testMatch: ["<rootDir>/web/test/**/*.test.ts"],
  // The page has sources of its own.
  moduleNameMapper: entries,
  testPathIgnorePatterns: [],
  collectCoverageFrom: [],
  coverageThreshold: {},
};
