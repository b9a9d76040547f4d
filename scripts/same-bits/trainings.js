/** All training runs whose weights must have the same bits everywhere, by name. */
import { FAMILY_DIGEST, weightsAfterFamilyTraining } from "./family.js";
import { DIGEST, weightsAfterTraining } from "./training.js";

export const TRAININGS = {
  dropout: { digest: DIGEST, weights: weightsAfterTraining },
  family: { digest: FAMILY_DIGEST, weights: weightsAfterFamilyTraining },
};
