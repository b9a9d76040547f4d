import { CrossEntropy, NegativeLogLikelihood, Softmax, tensor } from "chainrule";
import { double, errorOf, expectClose, numbers, spread } from "../tools.ts";

const p = double([[0.25, 0.75], [0.5, 0.5]]);

describe("NegativeLogLikelihood by hand", () => {
  test("is the mean of -log p at the true class: (ln 4 + ln 2) / 2", () => {
    expectClose([new NegativeLogLikelihood().forward(p, [0, 1])], [1.5 * Math.log(2)], 1e-15);
  });

  test("sums with reduction sum", () => {
    expectClose(
      [new NegativeLogLikelihood({ reduction: "sum" }).forward(p, [0, 1])],
      [3 * Math.log(2)],
      1e-15,
    );
  });

  test("its gradient is -t / p / rows", () => {
    const loss = new NegativeLogLikelihood();
    loss.forward(p, [0, 1]);
    expect(numbers(loss.backward())).toEqual([-2, 0, 0, -1]);
  });

  test("its gradient with reduction sum is -t / p", () => {
    const loss = new NegativeLogLikelihood({ reduction: "sum" });
    loss.forward(p, double([[1, 0], [0.25, 0.75]]));
    expect(numbers(loss.backward())).toEqual([-4, 0, -0.5, -1.5]);
  });
});

test("of a Softmax it is CrossEntropy of the logits, and so is the gradient of the logits", () => {
  const logits = spread(4, 3), labels = [2, 0, 1, 1];
  const softmax = new Softmax(), loss = new NegativeLogLikelihood(), fused = new CrossEntropy();
  expectClose([loss.forward(softmax.forward(logits), labels)], [fused.forward(logits, labels)], 1e-14);
  expectClose(softmax.backward(loss.backward()), numbers(fused.backward()), 1e-14);
});

test("a probability of 0 at the true class costs infinity, elsewhere nothing", () => {
  const loss = (label: number) => new NegativeLogLikelihood().forward(tensor([[0, 1]]), [label]);
  expect([loss(0), loss(1)]).toEqual([Infinity, 0]);
});

test("a negative probability is refused, with its place and the loss for logits", () => {
  expect(
    errorOf(() =>
      new NegativeLogLikelihood().forward(
        tensor([[0.5, 0.5], [-1, 2]]),
        [0, 1],
      ),
    ),
  ).toMatchObject({
    name: "DataError",
    where: "NegativeLogLikelihood, number 2",
    given: "-1",
    advice: "For logits use CrossEntropy.",
  });
});
