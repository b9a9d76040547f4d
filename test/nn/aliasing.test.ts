import {
  Add, Affine, Concat, CrossEntropy, Dropout, Multiply, NegativeLogLikelihood, ReLU, Sequential, Softmax,
  Tensor, tensor, type AnyLayer, type Layer, type Loss,
} from "chainrule";
import { numbers, spread32 } from "../tools.ts";

type ListLayer = Layer<unknown, readonly Tensor[]>;

const spoil = (x: Tensor) => void x.data.fill(1e9);
const copy = (x: Tensor) => new Tensor(x.data.slice(), x.shape);
const seed = 3;

const CASES: readonly (readonly [string, () => AnyLayer, number])[] = [
  ["Affine", () => new Affine(3, 3, { seed }), 1],
  ["ReLU", () => new ReLU(), 1],
  ["Softmax", () => new Softmax(), 1],
  ["Dropout in train", () => new Dropout({ keep: 0.8, seed }), 1],
  ["Dropout in train, keep 1", () => new Dropout({ keep: 1, seed }), 1],
  ["Dropout in eval", () => new Dropout({ keep: 0.8, seed }).eval(), 1],
  ["Dropout at-eval in eval", () => new Dropout({ keep: 0.8, scaling: "at-eval", seed }).eval(), 1],
  ["Sequential", () => new Sequential([new ReLU(), new Affine(3, 3), new Softmax()], { seed }), 1],
  ["Add", () => new Add(), 2],
  ["Add of one", () => new Add(), 1.5],
  ["Multiply", () => new Multiply(), 2],
  ["Multiply of one", () => new Multiply(), 1.5],
  ["Concat", () => new Concat(), 2],
];

/** Runs a layer forward and backward; `after` may do harm to what it was given or gave. */
function run(make: () => AnyLayer, inputs: number, after: { forward?(x: Tensor[], y: Tensor): void } = {}) {
  const layer = make();
  const x = Array.from({ length: Math.floor(inputs) }, () => spread32(2, 3));
  const forward = (given: Tensor[]) =>
    inputs === 1 ? (layer as Layer).forward(given[0]) : (layer as ListLayer).forward(given);
  const y = forward(x);
  const kept = copy(y);
  after.forward?.(x, y);
  const dy = spread32(...kept.shape);
  const dx = layer.backward(dy);
  return { layer, x, y, kept, dy, dx: dx instanceof Tensor ? [dx] : [...dx], again: () => forward(x) };
}

describe.each(CASES)("%s", (_, make, inputs) => {
  const gradients = ({ layer, dx }: ReturnType<typeof run>) =>
    [...dx.map(numbers), ...layer.parameters.map(({ grad }) => numbers(grad))];
  const clean = gradients(run(make, inputs));

  test("an input changed after forward changes no gradient", () => {
    expect(gradients(run(make, inputs, { forward: (x) => x.forEach(spoil) }))).toEqual(clean);
  });

  test("an output changed after forward changes no gradient", () => {
    expect(gradients(run(make, inputs, { forward: (_x, y) => spoil(y) }))).toEqual(clean);
  });

  test("changes neither x nor dy", () => {
    const { x, dy, kept } = run(make, inputs);
    for (const one of x) expect(numbers(one)).toEqual(numbers(spread32(2, 3)));
    expect(numbers(dy)).toEqual(numbers(spread32(...kept.shape)));
  });

  test("a later pass does not overwrite y or dx", () => {
    const first = run(make, inputs);
    const before = [first.y, ...first.dx].map(numbers);
    first.x.forEach(spoil);
    first.layer.backward(spread32(...first.again().shape));
    expect([first.y, ...first.dx].map(numbers)).toEqual(before);
  });

  test("y and dx are arrays of their own", () => {
    const { x, y, dy, dx } = run(make, inputs);
    const arrays = [...x, y, dy, ...dx].map(({ data }) => data.buffer);
    expect(new Set(arrays).size).toBe(arrays.length);
  });

  test("backward changes no weight", () => {
    const layer = make();
    const before = layer.parameters.map(({ value }) => numbers(value));
    expect(run(() => layer, inputs).layer.parameters.map(({ value }) => numbers(value))).toEqual(before);
  });
});

describe.each([
  ["CrossEntropy", () => new CrossEntropy()], ["NegativeLogLikelihood", () => new NegativeLogLikelihood()],
] as [string, () => Loss][])("%s", (_, make) => {
  const prediction = () => tensor([[0.25, 0.75], [0.5, 0.5]]);
  const gradient = (spoilt: (p: Tensor, classes: number[], targets: Tensor) => void, soft: boolean) => {
    const loss = make(), p = prediction(), classes = [0, 1], targets = tensor([[1, 0], [0.3, 0.7]]);
    loss.forward(p, soft ? targets : classes);
    spoilt(p, classes, targets);
    return numbers(loss.backward());
  };

  test.each([true, false])(
    "changes to prediction and labels after forward change no gradient (soft labels: %s)",
    (soft) => {
      const clean = gradient(() => undefined, soft);
      expect(
        gradient((p, classes, targets) => {
          spoil(p);
          classes.fill(9);
          spoil(targets);
        }, soft),
      ).toEqual(clean);
    },
  );
});
