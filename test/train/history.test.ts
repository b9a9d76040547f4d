import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { historyFile, historyToCsv, historyToJsonLines, type EpochRecord } from "chainrule/node";
import { errorOf, rejectionOf } from "../tools.ts";
import { data, makeNetwork, makeTrainer } from "./network.ts";

const RECORDS: readonly EpochRecord[] = [
  { epoch: 1, steps: 25, loss: 0.5, accuracy: 0.75, learningRate: 1e-7 },
  {
    epoch: 2, steps: 25, loss: 0.1 + 0.2, accuracy: undefined, learningRate: 0.1,
    validation: { loss: 2, accuracy: 0.5, rows: 10 },
  },
];

test("a history as CSV: names first, numbers in full, empty where there is nothing", () => {
  expect(historyToCsv(RECORDS)).toBe([
    "epoch,steps,loss,accuracy,learningRate,validationLoss,validationAccuracy",
    "1,25,0.5,0.75,1e-7,,",
    "2,25,0.30000000000000004,,0.1,2,0.5",
    "",
  ].join("\n"));
});

test("a history as JSON lines gives the records back", () => {
  const lines = historyToJsonLines(RECORDS).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(JSON.stringify(RECORDS)));
});

test("no history is a line of names, or nothing", () => {
  expect(historyToCsv([]).split("\n")).toHaveLength(2);
  expect(historyToJsonLines([])).toBe("");
});

describe("historyFile", () => {
  const folder = mkdtempSync(join(tmpdir(), "chainrule-history-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const formats = [["run ä.csv", historyToCsv], ["run.jsonl", historyToJsonLines]] as const;

  test.each(formats)("writes %s, and nothing beside it", async (name, write) => {
    const path = join(folder, name);
    const trainer = makeTrainer(makeNetwork(), { callbacks: [historyFile(path)] });
    await trainer.fit(data(), { epochs: 2 });
    expect(readFileSync(path, "utf8")).toBe(write(trainer.history));
    expect(readdirSync(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });

  test("follows a link, keeps the file's mode, and takes a name of 250 letters", async () => {
    const path = join(folder, `${"x".repeat(246)}.csv`), link = join(folder, "latest.csv");
    symlinkSync(path, link);
    const trainer = makeTrainer(makeNetwork(), { callbacks: [historyFile(link)] });
    await trainer.fit(data(), { epochs: 1 });
    chmodSync(path, 0o664);
    await trainer.fit(data(), { epochs: 1 });
    expect(readFileSync(path, "utf8")).toBe(historyToCsv(trainer.history));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o664);
  });

  test("ends fit, naming the file, where it cannot be written", async () => {
    const path = join(folder, "missing", "run.csv");
    const trainer = makeTrainer(makeNetwork(), { callbacks: [historyFile(path)] });
    expect(await rejectionOf(trainer.fit(data(), { epochs: 2 }))).toMatchObject({
      name: "DataError", where: path, given: expect.stringContaining("ENOENT") as string,
    });
  });

  test.each(["run.txt", "", 3])("refuses %p, whose format it does not know", (path) => {
    expect(errorOf(() => historyFile(path as string)).where).toBe("historyFile");
  });
});
