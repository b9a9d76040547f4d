/**
 * Dropout alone: what it does to numbers in training and in evaluation, in both scalings.
 *
 * The output in training, averaged over many masks, is the output in evaluation: that is the reason for the scaling. In
 * "inverted" scaling training divides by keep and evaluation does nothing; in "at-eval" training does nothing and
 * evaluation multiplies by keep. The gradient goes back through the same mask as the numbers went forward.
 */
import { Dropout, tensor, type Tensor } from "chainrule";
import { option } from "chainrule/experiment";
import { scriptOptions } from "chainrule/node";

const { seed } = scriptOptions("Dropout alone: what it does to numbers in training and in evaluation.", {
  seed: option.integer(6, { min: 0, help: "the seed of the masks" }),
});

const mean = ({ data }: Tensor) => Array.from(data).reduce((sum, value) => sum + value, 0) / data.length;
const shareOfZeros = ({ data }: Tensor) => data.filter((value) => value === 0).length / data.length;
const summary = (y: Tensor) => `mean ${mean(y).toFixed(4).padStart(7)}   zeros ${shareOfZeros(y).toFixed(4)}`;
const values = ({ data }: Tensor) => Array.from(data, (value) => value.toFixed(2).padStart(5)).join(" ");

// A million numbers around 10, and a few for which every mask can be followed by eye.
const x = tensor([Array.from({ length: 1_000_000 }, (_, i) => 8 + (i % 1000) * 0.004)]);
const few = tensor([[1, 2, 3, 4, 5, 6, 7, 8]]);
const ones = tensor([[1, 1, 1, 1, 1, 1, 1, 1]]);

for (const scaling of ["inverted", "at-eval"] as const) {
  for (const keep of [0.25, 0.4, 0.7]) {
    const dropout = new Dropout({ keep, scaling, seed });
    const trained = dropout.train().forward(x);
    const evaluated = dropout.eval().forward(x);
    console.log(`keep ${keep}, scaling ${scaling}`);
    console.log(`  input            ${summary(x)}`);
    console.log(`  output in train  ${summary(trained)}`);
    console.log(`  output in eval   ${summary(evaluated)}`);

    dropout.train();
    console.log(`  x                  ${values(few)}`);
    console.log(`  y in train         ${values(dropout.forward(few))}`);
    console.log(`  dx for dy of ones  ${values(dropout.backward(ones))}`);
    dropout.eval();
    console.log(`  y in eval          ${values(dropout.forward(few))}`);
    console.log(`  dx for dy of ones  ${values(dropout.backward(ones))}\n`);
  }
}
console.log("Look at: train and eval have the same\nmean; dx is 0 where y was dropped.");
