import { fuzz } from "./run.ts";

/** The short form; `npm run test:fuzz` puts 100,000 files. */
test("fault 49, 50, 52: of 1,500 damaged files each loads or is refused, and no checksum is fooled", async () => {
  const { rows, failures } = await fuzz(1500, 1);
  expect(failures).toEqual([]);
  for (const { refused } of rows.values()) expect(refused).toBeGreaterThan(0);
});
