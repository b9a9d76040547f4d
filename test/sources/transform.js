/** ts-jest, with the globals that a file uses bound to constants. */
import tsJest from "ts-jest";
import { withConstants } from "./constants.js";

export default {
  createTransformer(options) {
    const inner = tsJest.default.createTransformer(options);
    const wrap = (result) => ({ ...result, code: withConstants(result.code) });
    return {
      ...inner,
      process: (...given) => wrap(inner.process(...given)),
      processAsync: async (...given) => wrap(await inner.processAsync(...given)),
      getCacheKey: (...given) => `${inner.getCacheKey(...given)}-constants`,
    };
  },
};
