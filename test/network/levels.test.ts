import { Layer, Sequential, type Tensor } from "chainrule";

let asked = 0;

/** Counts how often it is asked whether it draws. */
class Asked extends Layer {
  override get draws(): boolean {
    asked++;
    return true;
  }
  forward(x: Tensor): Tensor { return x; }
  backward(dy: Tensor): Tensor { return dy; }
}

function timesAskedIn(levels: number): number {
  asked = 0;
  let network = new Sequential([new Asked()]);
  for (let i = 1; i < levels; i++) network = new Sequential([network]);
  return asked;
}

test("a layer within twice as many levels is asked twice as often whether it draws, not four times", () => {
  expect(timesAskedIn(100)).toBeLessThanOrEqual(2 * timesAskedIn(50) + 2);
});
