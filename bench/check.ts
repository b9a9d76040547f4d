/**
 * npm run bench:check: what checkLayer and gradientCheck cost, as CPU seconds of one run in this process, the first of
 * which compiles the code, beside what is wanted.
 */
import { Affine, checkLayer, Conv2d, gradientCheck, zeros } from "../src/index.ts";

const ROWS: readonly (readonly [what: string, wanted: number, run: () => { passed: boolean }])[] = [
  ["checkLayer of Affine(4, 3), first", NaN, () => checkLayer(() => new Affine(4, 3), [4])],
  ["checkLayer of Affine(4, 3)", 0.075, () => checkLayer(() => new Affine(4, 3), [4])],
  ["checkLayer of Affine(100, 100)", 0.5, () => checkLayer(() => new Affine(100, 100), [100])],
  ["checkLayer of Affine(784, 256)", 3, () => checkLayer(() => new Affine(784, 256), [784])],
  ["checkLayer of Conv2d(8, 16, 3) at 28 x 28", 5, () => checkLayer(() => new Conv2d(8, 16, 3), [8, 28, 28])],
  ["gradientCheck of 100,000 parameters", 10, () => gradientCheck(new Affine(400, 250), zeros([4, 400], "float64"))],
];

for (const [what, wanted, run] of ROWS) {
  const before = process.cpuUsage(), { passed } = run(), { user, system } = process.cpuUsage(before);
  const most = Number.isNaN(wanted) ? "" : `, wanted ${wanted} s`;
  console.log(`${what.padEnd(44)}${((user + system) / 1e6).toFixed(3).padStart(8)} s${most}${passed ? "" : "  FAILED"}`);
}
