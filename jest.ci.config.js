/** What `npm run test:ci` adds to `npm test`: the package as its users get it, which takes npm and its registry. */
import base from "./jest.config.js";

export default {
  ...base,
  testMatch: ["<rootDir>/test/package/**/*.test.ts", "<rootDir>/test/build.test.ts"],
  testPathIgnorePatterns: [],
};
