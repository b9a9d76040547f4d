import { checkLayer } from "chainrule";
import { ALL, diagnosed } from "../check/mistakes/all.ts";
import { complaints, STRANGERS } from "../check/strangers/all.ts";

test.each([1, 2, 3])("each mistake is named whatever the numbers of the check are (seed %d)", (seed) => {
  const named = ALL.map(([, what, make, shapes]) => [what, ...diagnosed(checkLayer(make(), shapes, { seed }))]);
  expect(named).toEqual(ALL.map(([name, what]) => [what, name]));
});

test.each([1, 2, 3, 4, 5])("layers nobody wrote with the framework in mind pass whatever the numbers are (seed %d)", (seed) => {
  expect(STRANGERS.map(([, make, shapes]) => complaints(make, shapes, seed)).join("")).toBe("");
});
