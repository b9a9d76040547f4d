/** The pictures of Step. */
import { Pages } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

test("dropped units are crossed out in the network, and the graph has the numbers of the trace", async () => {
  const { page, problems } = await pages.open("#step");
  await page.getByText("dropped units crossed out").click();
  // The mask of row 0 drops its last unit.
  await page.locator(".picture svg text", { hasText: "1 of 9 units dropped" }).waitFor();
  await page.getByText("The computational graph, with").click();
  // The loss of the tiny network, as PyTorch computes it.
  await page.locator(".picture svg text", { hasText: "0.4271" }).first().waitFor();
  expect(problems.filter((problem) => !problem.includes("WebAssembly"))).toEqual([]);
});
