/**
 * What `npm run test:ci` adds to `npm test`: the package as its users get it, bundlers (npm's registry), queues (Redis), and
 * sweeps over what `npm test` tries in part.
 */
import base from "./jest.config.js";

export default {
  ...base,
  testMatch: ["package/**/*", "bundlers/*", "queue/*", "sweeps/*", "build"].map((name) => `<rootDir>/test/${name}.test.ts`),
  testPathIgnorePatterns: [],
};
