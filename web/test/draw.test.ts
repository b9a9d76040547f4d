/** Digits drawn by hand. */
import type { Page } from "playwright-core";
import { centred } from "../src/draw/centred.ts";
import { Pages } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

async function draw(page: Page, path: readonly (readonly [number, number])[]): Promise<void> {
  const box = await page.locator(".pad canvas").boundingBox();
  if (box === null) throw new Error("There is no place to draw in.");
  const at = ([x, y]: readonly [number, number]) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(path[0]));
  await page.mouse.down();
  for (const place of path.slice(1)) await page.mouse.move(...at(place), { steps: 10 });
  await page.mouse.up();
}

const SEVEN = [
  [0.3, 0.25],
  [0.7, 0.25],
  [0.55, 0.5],
  [0.45, 0.8],
] as const;
const ONE = [
  [0.52, 0.2],
  [0.5, 0.8],
] as const;

test.each([
  ["7", SEVEN],
  ["1", ONE],
])("both packed networks read a %s", async (digit, path) => {
  const { page, problems } = await pages.open("#draw");
  await page.waitForLoadState("networkidle");
  await draw(page, path);
  await page
    .getByText(/^Reads a/)
    .nth(1)
    .waitFor();
  expect(
    await page
      .getByText(/^Reads a/)
      .locator("strong")
      .allInnerTexts(),
  ).toEqual([digit, digit]);
  await page.getByText("50 passes").waitFor();
  expect(problems.filter((problem) => !problem.includes("WebAssembly"))).toEqual([]);
});

test("the keyboard alone draws", async () => {
  const { page } = await pages.open("#draw");
  await page.waitForLoadState("networkidle");
  await page.locator(".pad canvas").focus();
  await page.keyboard.press(" ");
  for (let i = 0; i < 16; i++) await page.keyboard.press("ArrowDown");
  await page
    .getByText(/^Reads a/)
    .first()
    .waitFor();
  await page.keyboard.press("Delete");
  await page.getByText("Draw a digit.").first().waitFor();
});

test("the drawing is in the link; strokes are taken back one by one", async () => {
  const { page } = await pages.open("#draw");
  await draw(page, SEVEN);
  await draw(page, ONE);
  await page.waitForFunction(() => location.hash.includes("."));
  const both = await page.evaluate(() => location.hash);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForFunction((one) => location.hash === one, both.split(".")[0]);
  await page.getByText(/^Reads a 7/).first().waitFor();
  await page.keyboard.press("Control+z");
  await page.getByText("Draw a digit.").first().waitFor();
});

test("networks trained under Train are asked, too", async () => {
  const { page } = await pages.open(
    "#train?rows=300&epochs=2&aLayers=affine:20,relu&bLayers=affine:20,relu,dropout:0.7",
  );
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await page.getByText("Trained.").waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Draw" }).click();
  await page.getByLabel("networks").selectOption("trained");
  await draw(page, SEVEN);
  await page
    .getByText(/^Reads a/)
    .nth(1)
    .waitFor();
  await page.getByRole("link", { name: "Train" }).click();
  await page.getByText("Trained.").waitFor();
});

test("a drawing is scaled to 20 by 20 pixels and its centre of mass put in the middle", () => {
  const side = 112,
    ink = new Float32Array(side * side);
  // A full square of 40 pixels in the upper left corner.
  for (let y = 0; y < 40; y++) ink.fill(1, y * side, y * side + 40);
  const digit = centred(ink, side),
    rows = Array.from({ length: 28 }, (_, y) => digit.subarray(28 * y, 28 * y + 28));
  const isInside = (i: number) => i >= 4 && i < 24;
  rows.forEach((row, y) => row.forEach((value, x) => expect(value).toBe(isInside(x) && isInside(y) ? 1 : 0)));
  expect(centred(new Float32Array(side * side), side).every((value) => value === 0)).toBe(true);
});
