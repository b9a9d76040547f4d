/** What the keys of `trace --step` do, and that every screen fits its terminal. */
import { CrossEntropy } from "chainrule";
import { labels, network, optimizer, x } from "../../examples/networks/tiny.ts";
import { asIs } from "../../src/charts/palette.ts";
import { pagesOf } from "../../src/cli/trace/pages.node.ts";
import { Walker } from "../../src/cli/trace/walker.node.ts";
import { record } from "../../src/trace/record.ts";

const loss = new CrossEntropy(), RIGHT = "\u001b[C", DOWN = "\u001b[B", LEFT = "\u001b[D", ESCAPE = "\u001b";
const recording = record(network, x, labels, loss, { optimizer });
const pages = pagesOf({ network, x, labels, loss, training: { optimizer } }, recording, asIs);

function after(...keys: readonly string[]) {
  const walker = new Walker(pages);
  const codes = keys.map((key) => walker.press(key));
  return { code: codes[codes.length - 1], text: walker.draw(24, 80).join("\n") };
}

test("it begins with the first operation", () => {
  expect(after().text).toContain("op 1 of 14  1 Affine(3 → 4)");
  expect(after(RIGHT, RIGHT, LEFT).text).toContain("op 2 of 14  2 ReLU");
  expect(after("G").text).toContain("op 14 of 14");
});

test("? shows the keys, and any key goes back", () => {
  expect(after("?").text).toContain("Enter     choose a number; arrows move");
  expect(after(RIGHT, "?", "x").text).toContain("op 2 of 14");
});

test("t shows the table with its gradient check, and goes back", () => {
  expect(after("t").text).toContain("FORWARD");
  expect(after(RIGHT, "t", "t").text).toContain("op 2 of 14");
});

test("Enter chooses a number, arrows another, its formula and operands beside it", () => {
  const { text } = after("\r", RIGHT, DOWN);
  expect(text).toContain("z1[1,1] = 0.5·(-0.4) + (-1)·0.1 + 2·0.5 + 0 = 0.7");
  expect(text).toContain("z1[n,j] = Σ_i X[n,i]·W1[i,j] + b1[j]");
  expect(text).toContain("X[1,0] = 0.5, the network's input");
  expect(text).toContain("[0.7]");
});

test("a typed index is gone to; one that is not there changes nothing", () => {
  expect(after("\r", "1", ",", "3", "\r").text).toContain("z1[1,3]");
  expect(after("1", ",", "2", "\r").text).toContain("z1[1,2]");
  expect(after("\r", "7", ",", "7", "\r").text).toContain("z1[0,0]");
  expect(after("\r", "1", ",", "2").text).toContain("go to 1,2_");
});

test("Tab goes to the next result of the operation", () => {
  const toSeven = Array.from({ length: 6 }, () => RIGHT);
  expect(after(...toSeven, "\r", "\t").text).toContain("db2[0] = -0.15235 + 0.19394 = 0.04159");
});

test("PgDn shows the rest of what is said about a number", () => {
  const walker = new Walker(pages);
  for (const key of ["\r", RIGHT]) walker.press(key);
  expect(walker.draw(20, 40).join("\n")).toMatch(/PgDn \d+ more lines/);
  for (let i = 0; i < 4; i++) {
    walker.press("\u001b[6~");
    walker.draw(20, 40);
  }
  expect(walker.draw(20, 40).join("\n")).toContain("op 2 ReLU: a1[0,1]");
});

test("d puts the numeric gradient beside the analytic one, or says why there is none", () => {
  const toSeven = Array.from({ length: 6 }, () => RIGHT);
  expect(after(...toSeven, "\r", "d").text).toContain("numeric -0.1904, analytic -0.1904");
  expect(after(RIGHT, RIGHT, "\r", "d").text).toContain("numeric gradient: expected a gradient");
});

test("Escape goes back from a number to its operation, and from there leaves", () => {
  expect(after("\r", ESCAPE).text).toContain("← → operation");
  expect(after("\r", ESCAPE, ESCAPE).code).toBe(0);
  expect(after("q").code).toBe(0);
  expect(after("\r", "\u0003").code).toBe(130);
});

test.each([[24, 80], [20, 40], [10, 60], [5, 40]])("each screen fits %i lines of %i columns", (rows, columns) => {
  const walker = new Walker(pages);
  const keys = Array.from({ length: 14 }, () => ["\r", "d", "\t", ESCAPE, RIGHT]).flat();
  for (const key of ["?", "x", "t", DOWN, DOWN, "t", ...keys]) {
    walker.press(key);
    const lines = walker.draw(rows, columns);
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(Math.max(columns, 60));
  }
});
