/** What a layer adds to the loss by addLoss, everywhere where losses are reported, shown, checked and saved. */
import {
  Affine, checkLayer, checkpointToBytes, copyOf, Dataset, gradientCheck, Layer, MeanSquaredError, mean, readCheckpoint,
  register, Sequential, SGD, tensor, Tensor, trace, Trainer, type LayerReport,
} from "chainrule";
import { record } from "../../src/trace/record.ts";
import { traceTable } from "../../src/trace/show/table.ts";
import { double, errorOf, expectClose, numbers, spread, spread32 } from "../tools.ts";

/** y = x; adds strength · mean |x| to the loss. */
class Sparse extends Layer<{ x: Tensor }> {
  readonly strength: number;
  /** What a wrong backward multiplies the gradient of the term by. */
  readonly factor: number;
  constructor(strength: number, factor = 1) {
    super();
    this.strength = strength;
    this.factor = factor;
  }
  override get draws() {
    return false;
  }
  forward(x: Tensor): Tensor {
    this.remember({ x });
    const sizes = new Tensor(x.data.map((value: number) => Math.abs(value)), [x.data.length]);
    this.addLoss(this.strength * mean(sizes, 0).data[0]);
    return copyOf(x);
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall(), dx = copyOf(dy), by = this.factor * this.strength / x.data.length;
    for (let i = 0; i < dx.data.length; i++) dx.data[i] += by * Math.sign(x.data[i]);
    return dx;
  }
}
register(Sparse, ({ strength, factor }) => [strength, factor]);

/** h = x · w + b, y = h · v, J = L + R with L = mean (y - t)² and R = 0.3 · mean |h|: by PyTorch 1.13, in float64. */
const x = [[1, -2], [0.5, 3]], t = tensor([[0], [1]]);
const torch = {
  loss: 6.90625, term: 0.8625, total: 7.76875,
  gradients: [[1.1625, -0.6, -13.025, 7], [-0.175, 0.125], [-2.75, -27.625]],
};

const network = (strength = 0.3, factor = 1) => new Sequential([
  new Affine(2, 2, { init: tensor([[0.5, -1], [0.25, 2]]) }), new Sparse(strength, factor),
  new Affine(2, 1, { init: tensor([[1], [-0.5]]), bias: false }),
], { seed: 1 });
const trainerOf = (net: Sequential) => {
  return new Trainer(net, { loss: new MeanSquaredError(), optimizer: new SGD({ learningRate: 0.01, momentum: 0.9 }) });
};
const failures = ({ checks }: LayerReport) => checks.filter(({ passed }) => !passed).map(({ name }) => name as string);

test("a step reports the loss with the term, and steps by the gradient of both, as PyTorch does", () => {
  const net = network(), optimizer = new SGD({ learningRate: 0.1 });
  const before = net.parameters.map(({ value }) => numbers(value));
  const loss = new Trainer(net, { loss: new MeanSquaredError(), optimizer }).step(x, t);
  expect(loss).toBeCloseTo(torch.total, 4);
  net.parameters.forEach(({ value }, i) => {
    expectClose(numbers(value).map((now, j) => (before[i][j] - now) / 0.1), torch.gradients[i], 2e-4);
  });
});

test("evaluate and the records of fit report it, whatever the batches", async () => {
  const data = new Dataset(x, t), net = network();
  expect(trainerOf(net).evaluate(data).loss).toBeCloseTo(torch.total, 4);
  expect(trainerOf(net).evaluate(data, { batchSize: 1 }).loss).toBeCloseTo(torch.total, 4);
  const [first] = await trainerOf(net).fit(data, { epochs: 1, batchSize: 2 });
  expect(first.loss).toBeCloseTo(torch.total, 4);
});

test("layer.activityLoss is what the last forward added, inner layers included", () => {
  const net = network();
  expect(net.activityLoss).toBe(0);
  net.forward(tensor(x));
  expect(net.activityLoss).toBeCloseTo(torch.term, 5);
  net.predict([[0, 0]]);
  expect(net.activityLoss).toBe(0);
});

test("gradientCheck and checkLayer include it", () => {
  expect(gradientCheck(network(), tensor(x)).passed).toBe(true);
  expect(gradientCheck(network(), tensor(x), { loss: new MeanSquaredError(), labels: double([[0], [1]]) }).passed).toBe(true);
  expect(failures(checkLayer(() => new Sparse(0.3), [4]))).toEqual([]);
});

test.each([["forgotten", 0], ["doubled", 2], ["of the wrong sign", -1]])("a gradient of it that is %s fails", (_, factor) => {
  expect(gradientCheck(new Sparse(0.3, factor), spread(3, 4)).passed).toBe(false);
  expect(failures(checkLayer(() => new Sparse(0.3, factor), [4]))).toEqual(["gradient of x"]);
});

test("a trace shows the term, and the sum of loss and terms", () => {
  const events = trace(network(), x, t, { loss: new MeanSquaredError() });
  expect(events.map(({ name }) => name)).toEqual([
    "z1", "a1", "R1", "z2", "L", "J", "dz2", "dW2", "da1", "dz1", "dW1", "db1", "dX",
  ]);
  const value = (name: string) => events.find((event) => event.name === name)?.values[0];
  expectClose([value("R1") ?? 0, value("L") ?? 0, value("J") ?? 0], [torch.term, torch.loss, torch.total], 1e-4);
});

test("the traced table says who adds what", () => {
  const shown = traceTable(record(network(), x, t, new MeanSquaredError()), undefined, 80);
  expect(shown).toContain(`R1 = ${torch.term.toFixed(6)}, added to the loss by 2 Sparse`);
  expect(shown).toMatch(/J = \d+\.\d+, with all that is added/);
});

test("a resumed run goes on bit for bit, and refuses a network that adds another term", async () => {
  const data = new Dataset(spread32(12, 2), spread32(12, 1));
  const whole = trainerOf(network());
  await whole.fit(data, { epochs: 4, batchSize: 5 });
  const first = trainerOf(network());
  await first.fit(data, { epochs: 2, batchSize: 5 });
  const saved = readCheckpoint(checkpointToBytes(first));
  const second = trainerOf(network());
  second.resume(saved);
  await second.fit(data, { epochs: 2, batchSize: 5 });
  expect(second.history).toEqual(whole.history);
  expect(second.network.parameters.map(({ value }) => numbers(value)))
    .toEqual(whole.network.parameters.map(({ value }) => numbers(value)));
  expect(errorOf(() => trainerOf(network(0.5)).resume(saved)).given)
    .toContain("network.layers.1.arguments.0 0.3, not 0.5");
});

test("a term that is not a finite number is refused, with nothing changed", () => {
  const net = network(NaN), before = JSON.stringify(net.state());
  expect(errorOf(() => trainerOf(net).step(x, t))).toMatchObject({ where: "Sparse.addLoss", given: "NaN" });
  expect(JSON.stringify(net.state())).toBe(before);
});
