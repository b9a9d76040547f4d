/**
 * A neural network from scratch: forward, backward and update by plain functions on plain arrays.
 *
 *   x → affine → ReLU → dropout → affine → softmax with cross-entropy → loss,   trained by SGD with momentum
 *
 * The framework is asked for three things only: the starting weights, the batches and the dropout masks. After 100
 * steps every weight here has the same bits as the framework's own. For that, each single operation is rounded to
 * float32 by `f`, sums run in index order, and softmax and loss are worked out in float64 and rounded once.
 */
import { Affine, CrossEntropy, Dropout, ReLU, Sequential, SGD, toys, Trainer, type Tensor } from "chainrule";
import { option } from "chainrule/experiment";
import { scriptOptions } from "chainrule/node";

type Row = number[];
type Matrix = Row[];
/** What is learned, and its velocity. */
type Parameter = { value: Matrix; velocity: Matrix };
const BATCH = 16, INPUTS = 2, HIDDEN = 32, CLASSES = 3, KEEP = 0.8, RATE = 0.1, MOMENTUM = 0.9;
const f = Math.fround;
const options = { steps: option.integer(100, { min: 1, max: 100_000, help: "steps of training" }) };
const { steps: STEPS } = scriptOptions("A network trained by plain functions, compared with the framework's.", options);

/** Combines two rows number by number. (`?? 0` never applies; the strict compiler asks for it.) */
function zip(a: Row, b: Row, combine: (a: number, b: number) => number): Row {
  return a.map((value, i) => combine(value, b[i] ?? 0));
}

/** Combines two matrices number by number. */
function zipRows(a: Matrix, b: Matrix, combine: (a: number, b: number) => number): Matrix {
  return a.map((row, i) => zip(row, b[i] ?? [], combine));
}

/** The sum of the numbers in their order, each addition rounded. */
function sum(numbers: Row): number {
  let total = 0;
  for (const number of numbers) total = f(total + number);
  return total;
}

function transpose(m: Matrix): Matrix {
  const [first = []] = m;
  return first.map((_, j) => m.map((row) => row[j] ?? 0));
}

// (a·b)ᵢⱼ = Σₖ aᵢₖ · bₖⱼ: each row of a with each column of b.
function matmul(a: Matrix, b: Matrix): Matrix {
  const columns = transpose(b);
  return a.map((row) => columns.map((column) => sum(zip(row, column, (x, y) => f(x * y)))));
}

// Affine: y = x·w + b, one row of x for each row of the batch; b is a single row.
function affine(x: Matrix, w: Matrix, b: Matrix): Matrix {
  return matmul(x, w).map((row) => zip(row, b.flat(), (value, bias) => f(value + bias)));
}

// dx = dy·wᵀ, dw = xᵀ·dy, db = the sum of dy over the batch.
function affineBackward(dy: Matrix, x: Matrix, w: Matrix): { dx: Matrix; dw: Matrix; db: Matrix } {
  return { dx: matmul(dy, transpose(w)), dw: matmul(transpose(x), dy), db: [transpose(dy).map(sum)] };
}

// ReLU: y = max(0, x); dx = dy where y > 0, else 0.
function relu(x: Matrix): Matrix {
  return x.map((row) => row.map((value) => (value > 0 ? value : 0)));
}

function reluBackward(dy: Matrix, y: Matrix): Matrix {
  return zipRows(dy, y, (value, output) => (output > 0 ? value : 0));
}

// Dropout: y = x / keep where the mask is 1, else 0; backward does the same to dy, with the same mask.
function dropout(x: Matrix, mask: Matrix): Matrix {
  return zipRows(x, mask, (value, kept) => (kept === 1 ? f(value * f(1 / KEEP)) : 0));
}

// Softmax: p = exp(x) / Σ exp(x). Subtracting the largest x first changes nothing but keeps exp from overflowing.
function softmax(row: Row): Row {
  const largest = Math.max(...row), powers = row.map((value) => Math.exp(value - largest));
  const total = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => f(power / total));
}

// Cross-entropy: the mean of -ln p at the labels; with softmax before it, dx = (p - one-hot label) / batch.
function crossEntropy(x: Matrix, labels: readonly number[]): { loss: number; dx: Matrix } {
  const loss = x.map((row, i) => {
    const largest = Math.max(...row), labelled = row.find((_, j) => j === labels[i]) ?? NaN;
    return Math.log(row.reduce((all, value) => all + Math.exp(value - largest), 0)) + (largest - labelled);
  }).reduce((all, rowLoss) => all + rowLoss, 0) / x.length;
  const dx = x.map((row, i) => softmax(row).map((p, j) => f(f(p - (j === labels[i] ? 1 : 0)) / x.length)));
  return { loss: f(loss), dx };
}

// SGD with momentum: v ← μ·v + g, then w ← w - rate·v.
function update(parameter: Parameter, gradient: Matrix): void {
  parameter.velocity = zipRows(parameter.velocity, gradient, (v, g) => f(f(f(MOMENTUM) * v) + g));
  parameter.value = zipRows(parameter.value, parameter.velocity, (w, v) => f(w - f(f(RATE) * v)));
}

function newParameter(value: Matrix): Parameter {
  return { value, velocity: value.map((row) => row.map(() => 0)) };
}

// The framework's network: its starting weights, and what it has after the same steps.
const data = toys.spirals({ rows: 320, seed: 1 });
const first = new Affine(INPUTS, HIDDEN), drop = new Dropout({ keep: KEEP }), second = new Affine(HIDDEN, CLASSES);
const network = new Sequential([first, new ReLU(), drop, second], { seed: 1 });
const optimizer = new SGD({ learningRate: RATE, momentum: MOMENTUM });
const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
const matrixOf = ({ data, shape: [rows = 0, columns = 0] }: Tensor): Matrix =>
  Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));

const w1 = newParameter(matrixOf(first.weight.value)), b1 = newParameter([Array<number>(HIDDEN).fill(0)]);
const w2 = newParameter(matrixOf(second.weight.value)), b2 = newParameter([Array<number>(CLASSES).fill(0)]);

for (let step = 0; step < STEPS; step++) {
  const rows = Array.from({ length: BATCH }, (_, i) => (step * 7 + i * 20) % data.size);
  const batch = data.rows(rows), labels = batch.labels as readonly number[];
  const frameworkLoss = trainer.step(batch.x, labels);
  if (drop.mask === undefined) throw new Error("Dropout has no mask after a step in training.");
  const x = matrixOf(batch.x), mask = matrixOf(drop.mask);

  // Forward.
  const z1 = affine(x, w1.value, b1.value);
  const a1 = relu(z1);
  const h1 = dropout(a1, mask);
  const z2 = affine(h1, w2.value, b2.value);
  const { loss, dx: dz2 } = crossEntropy(z2, labels); // dz2 begins backward

  // Backward: the layers in reverse; each turns the gradient of its output into that of its input.
  const { dx: dh1, dw: dw2, db: db2 } = affineBackward(dz2, h1, w2.value);
  const da1 = dropout(dh1, mask);
  const dz1 = reluBackward(da1, a1);
  const { dw: dw1, db: db1 } = affineBackward(dz1, x, w1.value);

  // Update.
  update(w1, dw1); update(b1, db1);
  update(w2, dw2); update(b2, db2);
  if (step % 20 === 0 || step === STEPS - 1) {
    console.log(`step ${String(step + 1).padStart(3)}   loss ${loss.toFixed(6)}   framework ${frameworkLoss.toFixed(6)}`);
  }
}

const ours = [w1, b1, w2, b2].flatMap(({ value }) => value.flat());
const theirs = network.parameters.flatMap(({ value }) => [...value.data]);
const equal = ours.filter((value, i) => Object.is(value, theirs[i])).length;
const bits = new Uint8Array(await crypto.subtle.digest("SHA-256", new Float32Array(ours)));
console.log(`\nSHA-256 of the weights:\n${Array.from(bits, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
console.log(`${equal} of ${theirs.length} weights have the same bits in both after ${STEPS} steps.`);
console.log("\nLook at: both losses are the same in\neach line, and all weights at the end.");
if (equal !== theirs.length) process.exitCode = 1;
