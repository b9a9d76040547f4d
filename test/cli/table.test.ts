/** The commands train and predict on tables. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { loadModel, predictRows, readTable, schemaOf } from "chainrule/node";
import type { Ended } from "../examples/run-script.ts";
import { session } from "../session.ts";

const folder = mkdtempSync(join(tmpdir(), "chainrule-table-"));
const QUICK = ["--seeds", "2", "--epochs", "8", "--hidden", "6"];

const { run, close } = session({ cwd: folder, env: { NO_COLOR: "1" } });

const put = (name: string, text: string) => { writeFileSync(join(folder, name), text); };
const get = (name: string) => readFileSync(join(folder, name), "utf8");

/** Semicolons, decimal commas, gaps, dates, quotes, and a price that is twice the size, 50 more in the harbour. */
const flats = ["size;district;built;note;price", ...Array.from({ length: 60 }, (_, i) => {
  const size = 30 + ((i * 37) % 60) + 0.5, isHarbour = i % 3 === 0;
  const cells = [i % 10 === 4 ? "" : size, isHarbour ? "harbour" : '"old; ""town"""', `2020-01-${10 + (i % 20)}`];
  return [...cells, `"flat, ${i}"`, 2 * size + (isHarbour ? 50 : 0) + 0.25].join(";").replaceAll(".", ",");
})].join("\n");

/** Three kinds, told by weight and colour; some weights are missing. */
const fruit = ["weight,colour,kind", ...Array.from({ length: 60 }, (_, i) => {
  const kind = i % 3, weight = [150, 120, 60][kind] + ((i * 7) % 11);
  return [i % 12 === 5 ? "NA" : weight, ["red", "yellow", "green"][kind], ["apple", "banana", "plum"][kind]].join(",");
})].join("\n");

let priceRun: Ended, kindRun: Ended;
beforeAll(async () => {
  put("flats.csv", flats);
  put("fruit.csv", fruit);
  priceRun = await run("train", "flats.csv", "--label", "price", "--out", "flats.safetensors", "--json", "flats.json",
    ...QUICK);
  kindRun = await run("train", "fruit.csv", "--label", "kind", "--out", "fruit.safetensors", ...QUICK);
});
afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

describe("train on a table", () => {
  test("prints what becomes of each column", () => {
    expect(priceRun.err).toBe("");
    expect(priceRun.code).toBe(0);
    for (const line of [/^size +number +6 /m, /^district +words +0 +2 columns of 0 and 1: harbour/m,
      /^built +left out +0 +dates/m, /^note +left out/m, /^price +number +0 +to predict/m]) {
      expect(priceRun.out).toMatch(line);
    }
  });

  test.each([["price", () => priceRun, ""], ["kind", () => kindRun, " %"]])(
    "of %s compares both networks and a constant guess, with error bars and curves", (_, of, unit) => {
      const { out } = of(), bar = `[\\d.]+\\s±\\s[\\d.]+${unit}`;
      for (const name of ["plain", "dropout"]) expect(out).toMatch(new RegExp(`^${name} +${bar} +${bar}$`, "m"));
      expect(out).toMatch(new RegExp(`^constant guess +${bar}$`, "m"));
      expect(out).toMatch(/test error {3}\* plain {3}o dropout/);
      expect(out).toMatch(/Always guessing/);
      expect(out).toMatch(/Written: \w+\.safetensors/);
    });

  test("saves the network whose mean test error is lower", () => {
    const { saved, summary } = JSON.parse(get("flats.json"));
    expect(saved).toBe(summary.difference.mean < 0 ? "dropout" : "plain");
    expect(priceRun.out).toContain(`Saved: the network ${saved === "dropout" ? "with" : "without"} dropout`);
    expect(schemaOf(loadModel(join(folder, "flats.safetensors"))).rows).toBe(60);
  });

  test("the constant guess, one class of three as frequent, is wrong in two thirds of the rows", () => {
    expect(kindRun.out).toMatch(/^constant guess +66\.67\s±\s0\.00 %$/m);
  });

  test("without a terminal there is no escape code, and no line is wider than 80 characters", () => {
    for (const { out } of [priceRun, kindRun]) {
      expect(out).not.toContain("\u001b");
      expect(Math.max(...out.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    }
  });

  test("the same command gives the same model, bit for bit, also of a file packed by gzip", async () => {
    writeFileSync(join(folder, "fruit.csv.gz"), gzipSync(fruit));
    expect((await run("train", "fruit.csv.gz", "--label", "kind", "--out", "again.safetensors", ...QUICK)).code).toBe(0);
    expect(readFileSync(join(folder, "again.safetensors"))).toEqual(readFileSync(join(folder, "fruit.safetensors")));
  });

  test("a word that only rows of a validation part have is none of those known, and no error", async () => {
    put("rare.csv", `${fruit}\n150,blue,apple\n61,black,plum\n121,white,banana\n`);
    expect((await run("train", "rare.csv", "--label", "kind", "--out", "rare.safetensors", ...QUICK)).code).toBe(0);
  });

  test.each([
    ["a label that is no column", ["flats.csv", "--label", "pric"], /Did you mean "price"\?/, 1],
    ["a file that is not there", ["none.csv", "--label", "a"], /none\.csv/, 2],
    ["no label", ["flats.csv"], /--label COLUMN/, 2],
    ["an unknown option", ["flats.csv", "--label", "price", "--epocs", "3"], /--epochs/, 2],
    ["the table itself as --out", ["flats.csv", "--label", "price", "--out", "./flats.csv"], /--out/, 2],
  ])("%s is refused in a sentence", async (_, args, words, exitCode) => {
    const { code, err } = await run("train", ...args);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/^ +at /m);
    expect(code).toBe(exitCode);
  });

  test("words among numbers are counted, the first ten shown by line and column, with the option that helps", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 3 === 0 ? "unknown" : i * 1.5},${i * 2.5}`);
    put("words.csv", `a,b\n${rows.join("\n")}\n`);
    const { code, err } = await run("train", "words.csv", "--label", "b");
    expect(code).toBe(1);
    expect(err).toContain("14 cells");
    expect(err).toContain("line 2, column a");
    expect(err).toContain("line 29, column a");
    expect(err).toContain("and 4 more");
    expect(err).toContain('--words "a"');
    expect(err).not.toContain("columns: {");
    const again = await run("train", "words.csv", "--label", "b", "--gap", "unknown", "--out", "w.safetensors", ...QUICK);
    expect(again.code).toBe(0);
  });
});

describe("integers that float32 cannot hold", () => {
  const seconds = (of: (i: number) => number | string) =>
    `t,y\n${Array.from({ length: 60 }, (_, i) => `${of(i)},${i % 2 === 0 ? "a" : "b"}`).join("\n")}\n`;

  test("times a minute apart stay apart in the model's input", async () => {
    put("times.csv", seconds((i) => 1700000001 + 60 * i));
    expect((await run("train", "times.csv", "--label", "y", "--out", "times.safetensors", ...QUICK)).code).toBe(0);
    const { data } = schemaOf(loadModel(join(folder, "times.safetensors"))).inputs(get("times.csv"));
    expect(new Set(data).size).toBe(60);
  });

  test("those that would become equal are refused, with the option that allows it", async () => {
    put("ids.csv", seconds((i) => (i === 0 ? 1 : 1700000000 + i)));
    const { code, err } = await run("train", "ids.csv", "--label", "y", "--out", "ids.safetensors", ...QUICK);
    expect([code, err]).toEqual([1, expect.stringMatching(/become equal in float32[^]*--ignore COLUMN[^]*--round "t"/)]);
    const allowed = await run("train", "ids.csv", "--label", "y", "--round", "t", "--out", "ids.safetensors", ...QUICK);
    expect(allowed.code).toBe(0);
  });

  test("those beyond 2^53 are refused by both commands", async () => {
    put("large.csv", seconds((i) => `90071992547409${930 + i}`));
    expect((await run("train", "large.csv", "--label", "y")).err).toMatch(/line 2, column t: "90071992547409930"/);
    put("large-new.csv", "t\n90071992547409930\n");
    const { code, err } = await run("predict", "times.safetensors", "large-new.csv");
    expect([code, err]).toEqual([1, expect.stringMatching(/line 2, column t: .*2\^53/)]);
  });
});

describe("predict", () => {
  test("writes the number behind the columns, in the file's own notation, with the bits of the library", async () => {
    expect((await run("predict", "flats.safetensors", "flats.csv", "--out", "answers.csv")).code).toBe(0);
    const written = readTable(get("answers.csv"), { separator: ";", decimal: "," });
    expect(written.names).toEqual(["size", "district", "built", "note", "price", "predicted price"]);
    const numbers = written.column("predicted price").map((text) => Number(text.replace(",", ".")));
    const wanted = predictRows(loadModel(join(folder, "flats.safetensors")), flats);
    expect(numbers.map((value) => ({ value }))).toEqual(wanted);
    expect(written.column("district")).toEqual(readTable(flats).column("district"));
    expect(written.column("note")).toEqual(readTable(flats).column("note"));
  });

  test("writes classes and probabilities with the bits of the library, without the label too", async () => {
    const unlabelled = fruit.split("\n").map((line) => line.replace(/,[^,]*$/, "")).join("\n");
    put("new.csv", unlabelled);
    const { code, out } = await run("predict", "fruit.safetensors", "new.csv", "--out", "kinds.csv");
    expect(out).toContain("60 rows");
    expect(code).toBe(0);
    const written = readTable(get("kinds.csv")), kinds = written.column("predicted kind");
    const wanted = predictRows(loadModel(join(folder, "fruit.safetensors")), unlabelled);
    const classes = ["apple", "banana", "plum"].map((name) => written.column(`probability ${name}`).map(Number));
    expect(kinds.map((kind, row) => ({
      class: kind,
      probabilities: { apple: classes[0][row], banana: classes[1][row], plum: classes[2][row] },
    }))).toEqual(wanted);
  });

  test("without --out shows the first ten rows, how many there are, and how well they are told", async () => {
    const { out } = await run("predict", "fruit.safetensors", "fruit.csv");
    expect(out.match(/^line \d+/gm)).toHaveLength(10);
    expect(out).toContain("the first 10 of 60 rows");
    expect(out).toMatch(/[\d.]+ %\s+are\s+predicted\s+correctly;\s+always\s+guessing\s+the\s+most\s+frequent\s+class[^]*33\.3 %/);
  });

  test.each([
    ["a missing column", "weight\n1\n2\n", /no column "colour"/],
    ["an unknown column", "weight,colour,taste\n1,red,5\n", /unknown column "taste"[^]*--ignore COLUMN/],
    ["a word for a number", "weight,colour\n1,red\nheavy,red\n", /line 3, column weight: [^]*got "heavy"/],
    ["a word that was not learned", "weight,colour\n1,blue\n", /line 2, column colour: [^]*got "blue"/],
    ["the predictions' own column", "weight,colour,kind,predicted kind\n1,red,plum,plum\n", /predicted kind/],
  ])("%s is refused by name, with exit code 1, and nothing is written", async (_, text, words) => {
    put("bad.csv", text);
    put("kept.csv", "as it was");
    const { code, err } = await run("predict", "fruit.safetensors", "bad.csv", "--out", "kept.csv");
    expect(err).toMatch(words);
    expect(err).not.toMatch(/^ +at /m);
    expect(code).toBe(1);
    expect(get("kept.csv")).toBe("as it was");
  });

  test("a model without a schema, and a file that is no model, are refused with exit code 1", async () => {
    const { code, err } = await run("predict", "fruit.csv", "fruit.csv");
    expect(err).toMatch(/fruit\.csv/);
    expect(code).toBe(1);
  });
});

test("the toy sets go on working, also if a table lies beside them", async () => {
  put("xor", "a,b\n1,2\n");
  expect((await run("train", "xor", "--epochs", "2")).out).toMatch(/^xor: 300 training rows/m);
});

test("--help of train shows both kinds of training", async () => {
  const { out } = await run("train", "--help");
  expect(out).toContain("FILE.csv --label COLUMN");
  expect(out).toContain("[SET] [options]");
});
