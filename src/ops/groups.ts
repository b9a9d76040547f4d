export type { Groups } from "../backends/backend.ts";
export {
  addRounded, addToGroups, channelsOf, groupProducts, groupSize, groupSums, scaleGroups,
} from "../backends/reference/groups.ts";
