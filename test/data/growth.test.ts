import { DATA } from "../../bench/data.ts";
import { MOST_GROWTH } from "../../bench/growth.ts";
import { growthIn } from "../growth.ts";

describe("fault 82: time grows as the rows do, or hardly faster", () => {
  const growth = growthIn("test/data/costs.ts");

  test.each(Object.keys(DATA))("%s", (name) => {
    expect(growth.get(name)?.ratio).toBeLessThan(MOST_GROWTH);
  });
});
