/** A layer that the page's user writes: right, wrong, endless, not TypeScript at all. */
import type { Page } from "playwright-core";
import { SAMPLES } from "../src/own-layer/samples.ts";
import { Pages } from "./page.ts";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.launch();
});
afterAll(() => pages.close());

async function check(code: string): Promise<Page> {
  const { page } = await pages.open(`#own-layer?${new URLSearchParams({ code }).toString()}`);
  await page.getByRole("button", { name: "Check", exact: true }).click({ timeout: 60_000 });
  return page;
}

test("a right layer passes all checks", async () => {
  const page = await check(SAMPLES.swish);
  await page.getByRole("heading", { name: "Swish: all checks passed" }).waitFor({ timeout: 60_000 });
});

test("a wrong one is named, at the expression of its gradient, in words and in the editor", async () => {
  const page = await check(SAMPLES.cube);
  const alert = page.getByRole("alert").first();
  await alert.waitFor({ timeout: 60_000 });
  const line = SAMPLES.cube.split("\n").findIndex((text) => text.includes("dx.data[i] =")) + 1;
  expect(await alert.innerText()).toMatch(new RegExp(`^Line ${line}: .*factor`));
  await page.locator(".editor-host .cm-lint-marker-error").waitFor();
  expect(await page.locator(".editor-host .cm-lintRange-error").allInnerTexts()).toEqual(["dy.data[i] * xi * xi"]);
});

test("a mask drawn anew in backward is named", async () => {
  const page = await check(SAMPLES.dropout);
  await page.getByRole("alert").first().waitFor({ timeout: 60_000 });
  expect(await page.getByRole("alert").first().innerText()).toMatch(/mask/);
});

test("one that loops for ever is ended, and the page goes on", async () => {
  const page = await check(SAMPLES.cube.replace("this.remember({ x });", "for (;;) this.remember({ x });"));
  await page.getByText("did not answer within").waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "Train" }).click();
  await page.getByRole("heading", { name: /^Train/ }).waitFor();
});

test("a syntax error shows the compiler's words and its line", async () => {
  const page = await check(
    'import { Layer } from "chainrule";\nexport class A extends Layer {\n  forward(x { return x; }\n}\n',
  );
  await page.getByText(/^Line 3: .*Unexpected token/).waitFor({ timeout: 60_000 });
});

test("a script that imports anything else, or exports no layer, is told what is possible", async () => {
  const one = await check('import fs from "node:fs";\nexport const a = fs;\n');
  await one.getByText('only "chainrule" can be imported').waitFor({ timeout: 60_000 });
  const other = await check("export const a = 1;\n");
  await other.getByText("exports no layer").waitFor({ timeout: 60_000 });
});

test("a checked layer is put into the networks of Step and Train", async () => {
  const page = await check(SAMPLES.swish);
  await page.getByRole("link", { name: "Step through a network with it" }).click({ timeout: 60_000 });
  await page.getByRole("button", { name: "Start →" }).click();
  await page.getByRole("button", { name: "Next →" }).click();
  await page.locator("h3", { hasText: "2. Swish" }).waitFor();
  await page.goBack();
  const again = await check(SAMPLES.swish);
  await again.getByRole("link", { name: "Train one beside ReLU" }).click({ timeout: 60_000 });
  await again.getByRole("button", { name: "One epoch", exact: true }).click();
  await again.getByText("epoch 1 of 60, step 10 of 10").waitFor({ timeout: 60_000 });
});

test("a layer that came with a link runs only after its reader agreed", async () => {
  const query = new URLSearchParams({ layers: "affine:4,own,affine:2", own: SAMPLES.swish }).toString();
  const { page } = await pages.open(`#step?${query}`);
  await page.getByText("only if you agree").waitFor();
  expect(await page.getByRole("button", { name: "Start →" }).count()).toBe(0);
  await page.getByRole("button", { name: "Run the layer" }).click();
  await page.getByRole("button", { name: "Start →" }).waitFor({ timeout: 60_000 });
});
