import { Affine, gradientCheck, Hinge, tensor } from "chainrule";
import { double, errorOf, expectClose, numbers, spread } from "../tools.ts";

/** The scores of a cat, a car and a frog in CS231n's lecture on losses, and their classes. */
const SCORES = [[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]];

describe("Hinge", () => {
  test("of the lecture's three pictures: 2.9, 0 and 12.9, in the mean 5.27", () => {
    const each = SCORES.map((scores, i) => new Hinge().forward(double([scores]), [i]));
    expectClose(each, [2.9, 0, 12.9]);
    expectClose([new Hinge().forward(double(SCORES), [0, 1, 2])], [15.8 / 3]);
  });

  test("the gradient is 1 where a class is too near, minus their number at the right one", () => {
    const loss = new Hinge({ reduction: "sum" });
    loss.forward(double(SCORES), [0, 1, 2]);
    expect(numbers(loss.backward())).toEqual([-1, 1, 0, 0, 0, 0, 1, 1, -2]);
  });

  test("exactly at the margin nothing is paid, and nothing pulls", () => {
    const loss = new Hinge({ margin: 2 });
    expect(loss.forward(tensor([[3, 1]]), [0])).toBe(0);
    expect(numbers(loss.backward())).toEqual([0, 0]);
  });

  test("NaN shows as NaN", () => {
    expect(new Hinge().forward(tensor([[NaN, 0]]), [0])).toBeNaN();
  });

  test("its gradient is that of the loss", () => {
    const options = { loss: new Hinge({ margin: 0.7 }), labels: [0, 2, 1, 1, 0] };
    expect(gradientCheck(new Affine(3, 3, { seed: 1 }), spread(5, 3), options).passed).toBe(true);
  });

  test("takes classes alone", () => {
    expect(errorOf(() => new Hinge().forward(tensor([[1, 2]]), tensor([[0, 1]])))).toMatchObject({
      name: "DataError", where: "Hinge labels",
    });
    expect(errorOf(() => new Hinge().forward(tensor([[1, 2]]), [2])).where).toBe("Hinge labels, at index 0");
  });

  test.each([0, -1, NaN])("a margin of %p is refused", (margin) => {
    expect(errorOf(() => new Hinge({ margin })).where).toBe("Hinge margin");
  });
});
