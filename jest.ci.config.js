/** What `npm run test:ci` adds to `npm test`: the package as its users get it, and bundlers. Both need npm and its registry. */
import base from "./jest.config.js";

export default {
  ...base,
  testMatch: ["package/**/*", "bundlers/*", "build"].map((name) => `<rootDir>/test/${name}.test.ts`),
  testPathIgnorePatterns: [],
};
