/**
 * A layer of your own in one class: Swish with a learnt slope, checked against its numeric gradient, then trained.
 *
 *   forward:   y = x · g            with g = sigmoid(s · x)
 *   backward:  dx = dy · (g + s·x·g·(1 - g))        ds = Σ dy · x² · g·(1 - g)
 *
 * The framework finds the parameter among the fields, checks shapes and the order of calls, and copies the layer into
 * float64 for the gradient check. There is nothing to register. Source: Ramachandran, Zoph and Le 2017.
 */
import {
  Affine, CrossEntropy, Dataset, gradientCheck, Layer, Parameter, Sequential, SGD, sigmoid, Trainer, tensor,
  zerosLike, type Tensor,
} from "chainrule";
import { option } from "chainrule/experiment";
import { scriptOptions } from "chainrule/node";

const { epochs } = scriptOptions("Checks a layer of one's own, then trains a network that contains it.", {
  epochs: option.integer(200, { min: 1, max: 1_000_000, help: "times each of the four rows is seen" }),
});

class Swish extends Layer<{ x: Tensor }> {
  readonly slope = new Parameter("slope", tensor([1]));

  forward(x: Tensor): Tensor {
    this.remember({ x });
    const y = zerosLike(x), [s = 1] = this.slope.value.data;
    for (const [i, xi] of x.data.entries()) y.data[i] = xi * sigmoid(s * xi);
    return y;
  }

  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    const dx = zerosLike(x), [s = 1] = this.slope.value.data;
    let [ds = 0] = this.slope.grad.data;
    for (const [i, xi] of x.data.entries()) {
      const dyi = dy.data[i] ?? 0, g = sigmoid(s * xi), slopeOfG = g * (1 - g);
      dx.data[i] = dyi * (g + s * xi * slopeOfG);
      ds += dyi * xi * xi * slopeOfG;
    }
    this.slope.grad.data[0] = ds;
    return dx;
  }
}

const report = gradientCheck(new Swish(), [[-2, -0.5, 0.3], [1, 2.5, -1]]);
console.log(`Gradient check: ${report.passed ? "passed" : "FAILED"}`);
for (const { name, error, analytic, numeric } of report.entries) {
  const slopes = `backward ${analytic.toFixed(9)}  numeric ${numeric.toFixed(9)}`;
  console.log(`  ${name.padEnd(5)}  ${slopes}  error ${error.toExponential(1)}`);
}

// Exclusive or: no straight line parts its two classes.
const xor = new Dataset([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]);
const swish = new Swish();
const network = new Sequential([new Affine(2, 8), swish, new Affine(8, 2)], { seed: 1 });
console.log(`\n${network.summary()}\n`);

const trainer = new Trainer(network, {
  loss: new CrossEntropy(), optimizer: new SGD({ learningRate: 0.5, momentum: 0.9 }), seed: 1,
});
await trainer.fit(xor, { epochs, batchSize: 4 });
const { loss } = trainer.evaluate(xor);
console.log(`Exclusive or after ${epochs} epochs: ${network.classify(xor.x).join(" ")}, loss ${loss.toFixed(4)}`);
const [slope = 1] = swish.slope.value.data;
console.log(`The slope has learnt: ${slope.toFixed(3)} (it began at 1)\n`);
console.log("Look at: backward and numeric agree in\nthe gradient check: backward is right.");
