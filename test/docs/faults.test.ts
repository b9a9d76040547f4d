/** The table of faults names tests that are there, for each number from 1 to 66 and for those that have been added. */
import { readdirSync, readFileSync } from "node:fs";

const COUNT = 66;

const rows = readFileSync("docs/faults.md", "utf8").split("\n").flatMap((line) => {
  const [, number, fault, answer, tests] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
  if (!/^\d+$/.test(number ?? "")) return [];
  const named = [...(tests ?? "").matchAll(/“([^”]*)” \(\[[^\]]*\]\(\.\.\/([^)]*)\)\)/g)];
  return [{ number: Number(number), fault, answer, tests: named.map(([, name, file]) => ({ name, file })) }];
});

/** The names of all tests, and groups of tests, that begin with numbers of faults, by file and number. */
const named = new Map<string, Set<string>>();
for (const file of readdirSync("test", { recursive: true, encoding: "utf8" })) {
  if (!file.endsWith(".test.ts")) continue;
  const path = `test/${file.replaceAll("\\", "/")}`;
  for (const [, , numbers, name] of readFileSync(path, "utf8").matchAll(/(["'`])fault (\d+(?:, \d+)*): ((?:(?!\1).)*)\1/g)) {
    for (const number of numbers.split(", ")) {
      const key = `${path} ${number}`;
      named.set(key, (named.get(key) ?? new Set()).add(name.replaceAll("|", "\\|")));
    }
  }
}

test("no number is left out, and none is there twice", () => {
  const given = rows.map(({ number }) => number);
  expect(given).toEqual([...new Set(given)].sort((a, b) => a - b));
  expect(given.slice(0, COUNT)).toEqual(Array.from({ length: COUNT }, (_, i) => i + 1));
});

test.each(rows)("fault $number is told with what happens and a test", ({ fault, answer, tests }) => {
  expect([fault, answer].every((cell) => (cell ?? "").length > 3)).toBe(true);
  expect(tests.length).toBeGreaterThan(0);
});

test.each(rows)("the tests named for fault $number are where the table says", ({ number, tests }) => {
  for (const { name, file } of tests) expect([...(named.get(`${file} ${number}`) ?? [])]).toContain(name);
});

test("no test has the number of a fault that is not in the table", () => {
  const numbers = [...named.keys()].map((key) => Number(key.split(" ").pop())), told = rows.map(({ number }) => number);
  expect(numbers.filter((number) => !told.includes(number))).toEqual([]);
});
