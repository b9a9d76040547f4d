/** Numbers and settings of Step are changed, and taken back. */
import { sessionOf } from "./in-node.ts";
import { Pages } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

test("an edited input, weight and mask change all that comes after, and the link says so", async () => {
  const { page } = await pages.open("#step?digits=17");
  await page.getByRole("button", { name: /^X\[0,1\]/ }).click();
  await page.getByLabel("Change X[0,1]").fill("3");
  await page.getByRole("button", { name: "Start →" }).click();
  // z1[0,0] = 1·0.2 + 3·0.3 + (-1)·(-0.1) + 0.1
  await page.getByRole("button", { name: /^z1\[0,0\] = 1\.3/ }).waitFor();
  await page.getByRole("button", { name: /^W1\[0,0\]/ }).click();
  await page.getByLabel("Change W1[0,0]").fill("1.2");
  await page.getByRole("button", { name: /^z1\[0,0\] = 2\.3/ }).waitFor();
  for (let i = 0; i < 2; i++) await page.getByRole("button", { name: "Next →" }).click();
  await page.getByRole("button", { name: "M[0,0] = 1.25", exact: true }).click();
  await page.getByRole("button", { name: "Drop M[0,0]" }).click();
  await page.getByRole("button", { name: /^M\[0,0\] = drop/ }).waitFor();
  const link = page.url();
  const again = await page.context().newPage();
  await again.goto(link);
  await again.getByRole("button", { name: /^M\[0,0\] = drop/ }).waitFor();
});

test("edits and settings are taken back one by one, all that is typed into a field at once", async () => {
  const { page } = await pages.open("#step?op=1&cell=X.0.1");
  const change = page.getByLabel("Change X[0,1]");
  await change.press("End");
  await change.pressSequentially("5");
  await change.press("Tab");
  await page.getByRole("button", { name: /^W1\[0,0\]/ }).click();
  await page.getByLabel("Change W1[0,0]").fill("");
  await page.getByLabel("Change W1[0,0]").pressSequentially("-1.25");
  // 1·(-1.25) + 25·0.3 + (-1)·(-0.1) + 0.1
  await page.getByRole("button", { name: /^z1\[0,0\] = 6\.45/ }).waitFor();
  const undo = page.getByRole("button", { name: "Undo", exact: true });
  await undo.click();
  await page.getByRole("button", { name: /^W1\[0,0\] = 0\.2/ }).waitFor();
  await page.getByRole("button", { name: /^X\[0,1\] = 25/ }).focus();
  await page.keyboard.press("Control+z");
  await page.getByRole("button", { name: "X[0,1] = 2", exact: true }).waitFor();
  expect(await undo.isDisabled()).toBe(true);
});

test("another keep stays at the step and keeps the weights; another mask does, too", async () => {
  const { page } = await pages.open("#step?op=3");
  const layers = "layers=affine:4,relu,dropout:0.5,affine:2,softmax",
    maskOf = (draw: number) => sessionOf(`${layers}&draw=${draw}`).opened.steps[2].results[0].values;
  const dropped = maskOf(1).findIndex((value, i) => value === 0 && maskOf(0)[i] !== 0);
  expect(dropped).toBeGreaterThanOrEqual(0);
  await page.getByText("Network and settings").click();
  await page.getByLabel("keep").fill("0.5");
  await page.locator("h3", { hasText: "3. Dropout(keep 0.5)" }).waitFor();
  await page.getByRole("button", { name: "a1[1,2] = 1.05" }).waitFor();
  const place = `M[${Math.floor(dropped / 4)},${dropped % 4}]`;
  await page.getByRole("button", { name: `${place} = 2`, exact: true }).waitFor();
  await page.getByRole("button", { name: "Draw another mask" }).click();
  await page.getByRole("button", { name: `${place} = drop` }).waitFor();
  await page.getByRole("button", { name: "a1[1,2] = 1.05" }).waitFor();
});

test("without layers the network asks for one, and they come back", async () => {
  const { page } = await pages.open("#step?layers=affine:2");
  await page.getByText("Network and settings").click();
  await page.getByRole("button", { name: "Remove Affine 1" }).click();
  await page.getByText("The network has no layers").waitFor();
  await page.getByRole("alert").getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Start →" }).waitFor();
});

test("what is allowed is said, in the link and while it is typed", async () => {
  const { page } = await pages.open("#step?edits=x.0=1e999&layers=nosuch");
  await page.getByText('edits: got "x.0=1e999"; allowed: changes such as x.3=0.5').waitFor();
  await page.getByText('layers: got "nosuch"; allowed: at most 24 layers, such as affine:4,relu').waitFor();
  await page.getByText("Network and settings").click();
  await page.getByLabel("shape of a row").fill("3x");
  await page.getByText(/^Allowed: sizes of at most 256 numbers, such as 3 or 1x4x4/).waitFor();
});

test("a worker that died is replaced", async () => {
  const { page } = await pages.withDyingWorkers("#step?op=1");
  await page.getByRole("button", { name: "z1[0,0] = 1", exact: true }).waitFor();
  await page.evaluate("killWorkers()");
  await page.getByRole("button", { name: "z1[0,0] = 1", exact: true }).click();
  await page.clock.fastForward(16_000);
  await page.getByText("longer than 15 seconds").waitFor();
  await page.getByRole("button", { name: /^z1\[0,1\]/ }).click();
  await page.getByRole("heading", { name: /^z1\[0,1\] = / }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
});
