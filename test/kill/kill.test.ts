import { expect, test } from "@jest/globals";
import { killOften } from "./kills.ts";

test("fault 41: after kill -9 at any moment the newest checkpoint loads and goes on to the same end", async () => {
  const { resumed, wrong } = await killOften(5, 3);
  expect([resumed, wrong]).toEqual([5, 0]);
});
