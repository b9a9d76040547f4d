import { cpuTime, DATA } from "../../bench/data.ts";

/** Doubled until the work takes long enough to be measured. */
function measurable(prepare: (size: number) => () => unknown): { size: number; milliseconds: number } {
  for (let size = 4096; ; size *= 2) {
    const milliseconds = cpuTime(prepare(size), 3);
    if (milliseconds > 2 || size > 500_000) return { size, milliseconds };
  }
}

describe("fault 82: time grows as the rows do, or hardly faster", () => {
  // As the ratio of CPU time at 4 n and n: 4 if it grows as n, 16 if as n². What disturbs a run is measured again.
  test.each(Object.entries(DATA))("%s", (_, prepare) => {
    let ratio = Infinity;
    for (let run = 0; run < 3 && ratio >= 10; run++) {
      const { size, milliseconds } = measurable(prepare);
      ratio = cpuTime(prepare(4 * size), 3) / milliseconds;
    }
    expect(ratio).toBeLessThan(10);
  });
});
