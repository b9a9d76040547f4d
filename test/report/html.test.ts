import { htmlReport } from "../../src/report/html.ts";
import type { ExperimentResult } from "../../src/report/result.ts";
import { runOf, sampleExhibits, sampleResult, singleSeedResult } from "./sample.ts";

const page = htmlReport(sampleResult, sampleExhibits);
const nbsp = "\u00a0";

/** The text of the table cells of the first table whose caption begins so, row by row. */
function rowsOf(text: string, caption: string): string[][] {
  const from = text.indexOf(`<caption>${caption}`);
  const table = text.slice(from, text.indexOf("</table>", from));
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map((row) => (
    [...row[1].matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map((cell) => (
      cell[1].replace(/<[^>]*>/g, "").replaceAll(nbsp, " ")))));
}

describe("the page", () => {
  test("gives the answer in its first paragraph", () => {
    const first = /<p[^>]*>(.*?)<\/p>/s.exec(page)?.[1];
    expect(first?.replaceAll(nbsp, " ")).toBe(sampleResult.summary.sentence);
  });

  test("is the same text for the same result", () => {
    expect(htmlReport(structuredClone(sampleResult), structuredClone(sampleExhibits))).toBe(page);
  });

  test("has no script and asks nobody for anything", () => {
    expect(page).not.toMatch(/<script|<iframe|<object|<embed|<form|@import|\son\w+=/i);
    // The name of SVG, which nobody looks up.
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:/i);
    const links = page.matchAll(/\s(?:src|href|srcset|action|poster|data)="([^"]*)"/g);
    const addresses = [...links].map((of) => of[1]);
    expect(addresses.length).toBeGreaterThan(4);
    for (const address of addresses) expect(address).toMatch(/^data:(image\/png;base64,[A-Za-z0-9+/]+=*|,)$/);
    for (const [, target] of page.matchAll(/url\(([^)]*)\)/g)) expect(target).toMatch(/^#[\w-]+$/);
  });

  test("names its language, its letters and its view, and has one main heading", () => {
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(page.match(/<h1/g)).toHaveLength(1);
  });

  test("closes every tag it opens, in order", () => {
    const open: string[] = [];
    for (const [tag, name] of page.replaceAll(/<style>.*?<\/style>/gs, "").matchAll(/<\/?([a-z][\w]*)[^>]*>/gi)) {
      if (tag.endsWith("/>") || ["meta", "link", "img"].includes(name)) continue;
      if (tag.startsWith("</")) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  test("gives no two elements the same id, and refers to none that is not there", () => {
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((of) => of[1]);
    expect(new Set(ids).size).toBe(ids.length);
    const named = [...page.matchAll(/aria-labelledby="([^"]*)"/g)].flatMap((of) => of[1].split(" "));
    for (const name of named) expect(ids).toContain(name);
  });

  test("gives every picture words, every table a caption and every heading cell a scope", () => {
    for (const [image] of page.matchAll(/<img[^>]*>/g)) expect(image).toMatch(/\salt="[^"]+"/);
    for (const [table] of page.matchAll(/<table.*?<\/table>/gs)) expect(table).toMatch(/<caption>[^<]/);
    for (const [cell] of page.matchAll(/<th[^e][^>]*>/g)) expect(cell).toMatch(/scope="(row|col)"/);
    for (const [, chart] of page.matchAll(/<div class="chart[^>]*>(.*?)<\/div>/gs)) {
      expect(chart).toMatch(/role="img"[^]*<title>[^<]+<\/title>\n<desc>[^<]/);
    }
  });

  test("stays below a quarter of a megabyte with 40 tiles for each of two networks of 100 units", () => {
    const values = Array.from({ length: 78400 }, (_, i) => (i % 256) - 128);
    const initial = values.map(() => 0);
    const weights = { plain: { units: 100, values, initial }, dropout: { units: 100, values, initial } };
    expect(htmlReport(sampleResult, { ...sampleExhibits, weights }).length).toBeLessThan(250_000);
  });

  test("escapes whatever comes out of the data", () => {
    const bad = `<script>alert("x")</script>&'`;
    const result: ExperimentResult = {
      ...sampleResult,
      options: { [bad]: bad }, versions: { [bad]: bad }, data: { digest: bad, trainErrorOn: null }, command: bad,
      runs: sampleResult.runs.map((run) => ({ ...run, initialWeightsDigest: bad, batchOrderDigest: bad,
        finalWeightsDigest: bad })),
      summary: { ...sampleResult.summary, sentence: bad },
    };
    const text = htmlReport(result, sampleExhibits);
    const safe = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;";
    expect(text).not.toContain("<script");
    // The sentence, two options, two versions, the data and the command.
    expect(text.split(safe)).toHaveLength(1 + 7);
    // Data and command as code, and three digests of each of six runs, cut.
    expect(text.split("<code>&lt;script&gt;alert(&quot;")).toHaveLength(1 + 20);
  });

  test("says that the pairs are fair only when their digests say so", () => {
    expect(page).toContain("Those of one seed began with the same weights");
    const [first, ...others] = sampleResult.runs;
    const runs = [{ ...first, batchOrderDigest: "another" }, ...others];
    expect(htmlReport({ ...sampleResult, runs }, sampleExhibits)).not.toContain("Those of one seed began with the same");
  });

  test("tells how to repeat it", () => {
    const facts = ["made-up --command 1", "784,12,10", "0.0.0-test", "test-data", "test-weights", "12.3 s"];
    for (const fact of facts) expect(page).toContain(fact);
    expect(page).toContain("<dt>--max-norm</dt><dd>none</dd>");
  });

  test("refuses weights and digits that are no pictures of 28 x 28", () => {
    const weights = { ...sampleExhibits.weights, dropout: { units: 3, values: [1, 2], initial: [1, 2] } };
    expect(() => htmlReport(sampleResult, { ...sampleExhibits, weights })).toThrow(/dropout.*2 values for 3/);
    const misread = [{ ...sampleExhibits.misread[0], pixels: [1] }];
    expect(() => htmlReport(sampleResult, { ...sampleExhibits, misread })).toThrow(/misread picture.*1 pixels/);
  });
});

describe("the tables", () => {
  test("hold the summary's own numbers", () => {
    expect(rowsOf(page, "In percent, after the last epoch")).toEqual([
      ["", "test error", "training error"],
      ["plain", "15.25 ± 0.50", "0.13 ± 0.06"],
      ["dropout", "13.75 ± 0.38", "0.50 ± 0.25"],
    ]);
    expect(rowsOf(page, "Test error minus that of plain")).toEqual([
      ["", "difference", "95 % interval of its mean", "lower on"],
      ["dropout", "−1.50 ± 0.75", "−3.25 to +0.25", "2 of 3"],
    ]);
  });

  test("under a chart hold the mean and the deviation at each measured epoch", () => {
    const runs = [
      runOf("plain", 1, [20, null, 10]), runOf("plain", 2, [24, null, 14]),
      runOf("dropout", 1, [30, null, 5]), runOf("dropout", 2, [30, null, null]),
    ];
    // Of 20 and 24 the mean is 22 and the deviation the root of (4 + 4) / 1.
    const text = htmlReport({ ...sampleResult, runs }, sampleExhibits);
    expect(rowsOf(text, "Test error in percent, after each")).toEqual([
      ["epoch", "plain", "dropout"],
      ["10", "22.00 ± 2.83", "30.00 ± 0.00"],
      ["30", "12.00 ± 2.83", "not measured"],
    ]);
  });

  test("say of a training error that was measured on a part of the digits that it was", () => {
    const sentence = "Measured on 10,000 of the training rows, always the same.";
    expect(page).not.toContain("Measured on");
    const text = htmlReport({ ...sampleResult, data: { digest: "", trainErrorOn: 10_000 } }, sampleExhibits);
    expect(text.split(sentence)).toHaveLength(2);
    expect(text.indexOf(sentence)).toBeGreaterThan(text.indexOf('id="training-error"'));
  });

  test("show every seed's own pair", () => {
    const runs = [
      runOf("plain", 1, [12]), runOf("dropout", 1, [10.5]),
      runOf("plain", 2, [11]), runOf("dropout", 2, [11.25]),
    ];
    const text = htmlReport({ ...sampleResult, runs }, sampleExhibits);
    expect(rowsOf(text, "Test error after the last epoch, seed by seed")).toEqual([
      ["seed", "plain", "dropout", "difference"],
      ["1", "12.00", "10.50", "−1.50"],
      ["2", "11.00", "11.25", "+0.25"],
    ]);
  });

  test("of a single seed show no deviation, and its charts no band", () => {
    const single = htmlReport(singleSeedResult, sampleExhibits);
    expect(single).not.toMatch(/±|null|NaN|undefined|fill-opacity="0.18"/);
    expect(page).toContain('fill-opacity="0.18"');
    expect(rowsOf(single, "Test error minus that of plain")[1][1]).toBe("−1.50");
  });
});

describe("misread digits", () => {
  test("are shown with their label and what each network took them for, by who misread them", () => {
    const section = page.slice(page.indexOf('id="digits"'), page.indexOf('id="made"'));
    const words = section.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    expect(words).toContain("By plain only: all 1 is 1 plain 7 dropout 1");
    expect(words).toContain("By dropout only: all 1 is 1 plain 1 dropout 4");
    expect(words).toContain("By both: all 1 is 1 plain 2 dropout 9");
  });

  test("may be none", () => {
    expect(htmlReport(sampleResult, { ...sampleExhibits, misread: [] })).toContain("There are none to show.");
  });
});
