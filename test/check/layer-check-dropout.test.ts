import { checkLayer, Dropout, type LayerReport } from "chainrule";
import * as wrong from "./dropouts/wrong.ts";

type Class = new (keep: number, seed?: number) => wrong.Handmade;

const check = (Wrong: Class, keep = 0.8, seed = 0) =>
  checkLayer((from) => new Wrong(keep, from), [4], { dropout: { keep }, seed });

/** Failed checks with all they say. */
const failures = ({ checks }: LayerReport) =>
  new Map(checks.filter(({ passed }) => !passed).map((one) => [one.name as string, `${one.message} ${one.diagnosis ?? ""}`]));

/** The mistake, the checks that must fail and what one of them says; no others may fail. */
const WRONG: readonly (readonly [string, Class, readonly string[], RegExp])[] = [
  ["eval multiplies by drop instead of keep", wrong.EvalTimesDrop, ["dropout mean"], /Eval multiplies by drop where keep/],
  ["backward without the mask", wrong.BackwardWithoutMask, ["gradient of x", "dropout backward"], /does not apply the mask/],
  ["the mask is the random number", wrong.MaskIsRandomNumber, ["dropout values", "dropout mean"], /the random number itself/],
  ["a seed that makes every call's mask the same", wrong.SameMaskEveryCall, ["dropout calls"], /restarts from the seed/],
  ["mode never read", wrong.ModeNeverRead,
    ["mode", "eval deterministic", "dropout mean", "dropout eval"], /In eval .* dropped.*read this\.mode/s],
  ["mask redrawn in backward", wrong.MaskRedrawnInBackward, ["gradient of x", "dropout backward"], /fresh mask in backward/],
  ["dy overwritten in place", wrong.OverwritesDy, ["dy untouched"], /backward changes dy/],
  ["no 1/keep", wrong.NoScale, ["dropout mean"], /1\/keep is missing/],
  ["keep and drop mixed up", wrong.KeepAndDropMixedUp, ["dropout share kept"], /Keep and drop are mixed up/],
  ["mask guessed from the output's zeros", wrong.MaskGuessedFromOutput, ["gradient of x", "dropout backward"], /guessed from zeros/],
  ["scaling in both modes", wrong.ScalesInBothModes, ["dropout mean"], /scales in both modes/],
  ["one mask for the whole batch", wrong.OneMaskForTheBatch, ["dropout rows"], /rows of a batch get the same mask/],
  ["seed ignored", wrong.SeedIgnored, ["seeds obeyed"], /Math\.random/],
  ["mask kept from the first call", wrong.MaskOfTheFirstCall, ["dropout calls"], /gets the first call's mask/],
  ["seed not handed on", wrong.SeedNotHandedOn as Class, ["seeds obeyed", "dropout layers"], /the seed is not used/],
  ["train times keep", wrong.TimesKeep, ["dropout mean"], /instead of dividing by it/],
];

test.each(WRONG)("%s", (_, Wrong, names, says) => {
  const found = failures(check(Wrong));
  expect([...found.keys()].sort()).toEqual([...names].sort());
  expect([...found.values()].join("\n")).toMatch(says);
});

test.each([1, 3])("they are caught in the same checks whatever the seed (%d)", (seed) => {
  const caught = WRONG.map(([name, Wrong]) => [name, ...[...failures(check(Wrong, 0.8, seed)).keys()].sort()]);
  expect(caught).toEqual(WRONG.map(([name, , names]) => [name, ...[...names].sort()]));
});

test.each([0.3, 0.9])("they are caught at keep %d too", (keep) => {
  const passed = WRONG.filter(([, Wrong]) => check(Wrong, keep).passed).map(([name]) => name);
  expect(passed).toEqual([]);
});

describe("right ones pass", () => {
  test.each([0.1, 0.3, 0.8, 0.95])("written by hand, keep %d", (keep) => {
    expect([...failures(check(wrong.Handmade, keep))]).toEqual([]);
  });

  test.each([["inverted", 0.8], ["at-eval", 0.8], ["inverted", 0.25], ["at-eval", 0.25]] as const)(
    "the framework's, %s, keep %d", (scaling, keep) => {
      const make = (seed: number) => new Dropout({ keep, scaling, seed });
      expect([...failures(checkLayer(make, [4], { dropout: { keep } }))]).toEqual([]);
    },
  );

  test("the framework's, whatever the seed of the check", () => {
    const make = (seed: number) => new Dropout({ keep: 0.8, seed });
    const seeds = Array.from({ length: 10 }, (_, seed) => seed);
    expect(seeds.filter((seed) => !checkLayer(make, [4], { dropout: { keep: 0.8 }, seed }).passed)).toEqual([]);
  });

  test("not where it is meant to keep another share", () => {
    const report = checkLayer((seed) => new Dropout({ keep: 0.8, seed }), [4], { dropout: { keep: 0.7 } });
    expect([...failures(report).keys()]).toEqual(["dropout share kept"]);
  });
});
