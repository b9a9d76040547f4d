import examples from "./examples.js";
import floors from "./floors.js";
import nodeFiles from "./node-files.js";
import oneEnvironment from "./one-environment.js";
import ownErrors from "./own-errors.js";
import sameBits from "./same-bits.js";
import typeNames from "./type-names.js";

/** The rules of this house, one a file; they hold in src/, that of examples in examples/, and are silent elsewhere. */
export default {
  meta: { name: "house" },
  rules: {
    examples,
    floors,
    "node-files": nodeFiles,
    "one-environment": oneEnvironment,
    "own-errors": ownErrors,
    "same-bits": sameBits,
    "type-names": typeNames,
  },
};
