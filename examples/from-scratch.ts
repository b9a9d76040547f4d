/**
 * A neural network from scratch: forward, backward and update in plain loops over plain arrays, and no framework.
 *
 *   x → affine → ReLU → dropout → affine → softmax with cross-entropy → loss,   trained by SGD with momentum
 *
 * The framework is asked for three things only: the starting weights, the batches and the dropout masks. After 100
 * steps every weight here has the same bits as the framework's own. For that, each single operation is rounded to
 * float32 by `f`, sums run in index order, and softmax and loss are worked out in float64 and rounded once.
 */
import { Affine, CrossEntropy, Dropout, ReLU, Sequential, SGD, toys, Trainer, type Tensor } from "chainrule";

type Matrix = number[][];
const STEPS = 100, BATCH = 16, INPUTS = 2, HIDDEN = 32, CLASSES = 3, KEEP = 0.8, RATE = 0.1, MOMENTUM = 0.9;
const f = Math.fround;

/** A matrix of numbers given by row and column. */
function matrix(rows: number, columns: number, at: (i: number, j: number) => number): Matrix {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j)));
}

/** The sum of `count` products or numbers, each operation rounded. */
function sum(count: number, at: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total = f(total + at(k));
  return total;
}

// Affine: y = x·w + b, one row of x for each row of the batch.
function affine(x: Matrix, w: Matrix, b: number[]): Matrix {
  return matrix(x.length, b.length, (i, j) => f(sum(w.length, (k) => f(x[i][k] * w[k][j])) + b[j]));
}

// dx = dy·wᵀ, dw = xᵀ·dy, db = the sum of dy over the batch.
function affineBackward(dy: Matrix, x: Matrix, w: Matrix): { dx: Matrix; dw: Matrix; db: number[] } {
  const batch = x.length, inputs = w.length, outputs = w[0].length;
  return {
    dx: matrix(batch, inputs, (i, k) => sum(outputs, (j) => f(dy[i][j] * w[k][j]))),
    dw: matrix(inputs, outputs, (k, j) => sum(batch, (i) => f(x[i][k] * dy[i][j]))),
    db: w[0].map((_, j) => sum(batch, (i) => dy[i][j])),
  };
}

// ReLU: y = max(0, x); dx = dy where y > 0, else 0.
function relu(x: Matrix): Matrix {
  return x.map((row) => row.map((value) => (value > 0 ? value : 0)));
}

function reluBackward(dy: Matrix, y: Matrix): Matrix {
  return dy.map((row, i) => row.map((value, j) => (y[i][j] > 0 ? value : 0)));
}

// Dropout: y = x / keep where the mask is 1, else 0; backward does the same to dy, with the same mask.
function dropout(x: Matrix, mask: Matrix): Matrix {
  return x.map((row, i) => row.map((value, j) => (mask[i][j] === 1 ? f(value * f(1 / KEEP)) : 0)));
}

// Softmax: p = exp(x) / Σ exp(x). Subtracting the largest x first changes nothing but keeps exp from overflowing.
function softmax(row: number[]): number[] {
  const largest = Math.max(...row), powers = row.map((value) => Math.exp(value - largest));
  const total = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => f(power / total));
}

// Cross-entropy: the mean of -ln p at the labels; with softmax before it, dx = (p - one-hot label) / batch.
function crossEntropy(x: Matrix, labels: readonly number[]): { loss: number; dx: Matrix } {
  const loss = x.map((row, i) => {
    const largest = Math.max(...row);
    return Math.log(row.reduce((all, value) => all + Math.exp(value - largest), 0)) + (largest - row[labels[i]]);
  }).reduce((all, rowLoss) => all + rowLoss, 0) / x.length;
  const dx = x.map((row, i) => softmax(row).map((p, j) => f(f(p - (j === labels[i] ? 1 : 0)) / x.length)));
  return { loss: f(loss), dx };
}

// SGD with momentum: v ← μ·v + g, then p ← p - rate·v.
function update(p: number[], v: number[], g: number[]): void {
  for (let i = 0; i < p.length; i++) {
    v[i] = f(f(f(MOMENTUM) * v[i]) + g[i]);
    p[i] = f(p[i] - f(f(RATE) * v[i]));
  }
}

// The framework's network: its starting weights, and what it has after 100 steps.
const data = toys.spirals({ rows: 320, seed: 1 });
const first = new Affine(INPUTS, HIDDEN), drop = new Dropout({ keep: KEEP }), second = new Affine(HIDDEN, CLASSES);
const network = new Sequential([first, new ReLU(), drop, second], { seed: 1 });
const optimizer = new SGD({ learningRate: RATE, momentum: MOMENTUM });
const trainer = new Trainer(network, { loss: new CrossEntropy(), optimizer });
const matrixOf = ({ data, shape: [rows, columns] }: Tensor) => matrix(rows, columns, (i, j) => data[i * columns + j]);

const w1 = matrixOf(first.weight.value), b1 = Array<number>(HIDDEN).fill(0);
const w2 = matrixOf(second.weight.value), b2 = Array<number>(CLASSES).fill(0);
const zerosFor = (w: Matrix) => w.map((row) => row.map(() => 0));
const velocity = { w1: zerosFor(w1), b1: zerosFor([b1])[0], w2: zerosFor(w2), b2: zerosFor([b2])[0] };

for (let step = 0; step < STEPS; step++) {
  const rows = Array.from({ length: BATCH }, (_, i) => (step * 7 + i * 20) % data.size);
  const batch = data.rows(rows), labels = batch.labels as readonly number[];
  const frameworkLoss = trainer.step(batch.x, labels);
  if (drop.mask === undefined) throw new Error("Dropout has no mask after a step in training.");
  const x = matrixOf(batch.x), mask = matrixOf(drop.mask);

  // Forward.
  const z1 = affine(x, w1, b1);
  const a1 = relu(z1);
  const d1 = dropout(a1, mask);
  const z2 = affine(d1, w2, b2);
  const { loss, dx: dz2 } = crossEntropy(z2, labels);

  // Backward: each line undoes the forward line of its name, last first.
  const { dx: dd1, dw: dw2, db: db2 } = affineBackward(dz2, d1, w2);
  const da1 = dropout(dd1, mask);
  const dz1 = reluBackward(da1, a1);
  const { dw: dw1, db: db1 } = affineBackward(dz1, x, w1);

  // Update.
  w1.forEach((row, i) => update(row, velocity.w1[i], dw1[i]));
  update(b1, velocity.b1, db1);
  w2.forEach((row, i) => update(row, velocity.w2[i], dw2[i]));
  update(b2, velocity.b2, db2);

  if (step % 20 === 0 || step === STEPS - 1) {
    console.log(`step ${String(step + 1).padStart(3)}   loss ${loss.toFixed(6)}   framework ${frameworkLoss.toFixed(6)}`);
  }
}

const ours = [...w1.flat(), ...b1, ...w2.flat(), ...b2];
const theirs = network.parameters.flatMap(({ value }) => [...value.data]);
const equal = ours.filter((value, i) => Object.is(value, theirs[i])).length;
const bits = new Uint8Array(await crypto.subtle.digest("SHA-256", new Float32Array(ours)));
console.log(`\nSHA-256 of the weights: ${Array.from(bits, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
console.log(`${equal} of ${theirs.length} weights have the same bits in both after ${STEPS} steps.`);
if (equal !== theirs.length) process.exitCode = 1;
