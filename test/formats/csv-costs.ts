/** Prints how the CPU time of reading CSV grows with the length of what might take more, for csv-growth.test.ts. */
import { fitTable, readTable } from "chainrule";
import { growthOf, type Growth } from "../../bench/growth.ts";
import { CsvCells } from "../../src/formats/csv-cells.ts";

const walk = (text: string) => {
  const cells = new CsvCells(new TextEncoder().encode(text), ",", "x");
  while (cells.nextRow()) while (cells.nextCell());
};

const TEXTS: Readonly<Record<string, (n: number) => unknown>> = {
  "a number of many digits": (n) => readTable(`a,b\n1,${"1".repeat(n)}\n2,x\n`),
  "digits that end in a letter": (n) => fitTable(`a,b\n1,${"1".repeat(n)}x\n2,3\n`, { label: "a" }),
  "quoted parts side by side": (n) => walk(`1,${'"a"'.repeat(n / 3)}\n`),
  "quotes within quotes": (n) => walk(`1,"${'""'.repeat(n / 2)}"\n`),
  "blanks, then quotes": (n) => walk(`1,${" ".repeat(n / 2)}x${'"'.repeat(n / 2)}\n`),
  "line ends alone": (n) => walk("\r".repeat(n)),
  "many columns": (n) => readTable(`${Array.from({ length: n / 8 }, (_, i) => `c${i}`).join(",")}\n${"1,".repeat(n / 8 - 1)}1\n`),
};

const found: Record<string, Growth> = {};
for (const [name, run] of Object.entries(TEXTS)) found[name] = await growthOf((n) => () => run(n), 200_000);
console.log(JSON.stringify(found));
