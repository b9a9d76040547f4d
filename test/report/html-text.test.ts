import { html } from "../../src/charts/markup.ts";
import { evenly, fixed, grouped, meanAndSd, signed, unbroken } from "../../src/charts/numbers.ts";

const nbsp = "\u00a0";

describe("numbers and text", () => {
  test("have a true minus, and no minus before zero", () => {
    expect([fixed(-1.5), fixed(-0.001), signed(0.5), signed(-0.5), signed(0)]).toEqual(
      ["−1.50", "0.00", "+0.50", "−0.50", "0.00"]);
  });

  test("do not break inside a number", () => {
    expect(meanAndSd({ mean: 1, sd: 2 })).toBe(`1.00${nbsp}±${nbsp}2.00`);
    expect(unbroken("from 1 ± 2 % to 3 %")).toBe(`from 1${nbsp}±${nbsp}2${nbsp}% to 3${nbsp}%`);
  });

  test("are grouped by thousands", () => {
    expect([grouped(7), grouped(1234.4), grouped(1234567)]).toEqual(["7", "1,234", "1,234,567"]);
  });

  test("are chosen evenly, with the ends among them", () => {
    expect(evenly([0, 1, 2, 3, 4, 5, 6], 4)).toEqual([0, 2, 4, 6]);
    expect(evenly([1, 2], 4)).toEqual([1, 2]);
  });

  test("are escaped in a template, markup is not", () => {
    expect(html`<b title="${'"'}">${"<&>"}${html`<i>${1}</i>`}${["a", 2]}</b>`.text)
      .toBe('<b title="&quot;">&lt;&amp;&gt;<i>1</i>a2</b>');
  });
});
