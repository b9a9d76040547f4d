/** Tests of the built page in a real browser; `npm run build:web` comes first. */
import base from "../jest.config.js";

export default {
  ...base,
  rootDir: "..",
  testMatch: ["<rootDir>/web/test/**/*.test.ts"],
  testPathIgnorePatterns: [],
  collectCoverageFrom: [],
  coverageThreshold: {},
};
