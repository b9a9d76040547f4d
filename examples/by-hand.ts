/**
 * One training step of a tiny network, by hand: every line written out, every number printed.
 *
 *   x → affine → ReLU → dropout → affine → softmax cross-entropy → loss
 *
 * All numbers are small enough to follow with a pencil. What to watch: each backward line undoes the forward line of
 * the same name, in the opposite order, and multiplies by that step's own derivative: the chain rule.
 */
import { Affine, CrossEntropy, Dropout, ReLU, SGD, Softmax, tensor, type Tensor } from "chainrule";
import { option } from "chainrule/experiment";
import { scriptOptions } from "chainrule/node";

const { rate } = scriptOptions("One training step of a tiny network, every number printed.", {
  rate: option.number(0.1, { above: 0, help: "learning rate of the step" }),
});
const show = (name: string, value: Tensor) => console.log(`${name}  ${value}\n`);
const heading = (text: string) => console.log(`${text}\n${"-".repeat(text.length)}\n`);

heading("The network and one batch of two rows");
const x = tensor([[1, 2, -1], [0.5, -1, 2]], "float64");
const labels = [0, 1];
const W1 = tensor([[0.2, -0.4, 0.1, 0.5], [0.3, 0.1, -0.2, 0.4], [-0.1, 0.5, 0.3, -0.3]], "float64");
const b1 = tensor([0.1, 0, 0.2, -0.1], "float64");
const W2 = tensor([[0.3, -0.2], [-0.5, 0.4], [0.1, 0.6], [0.2, -0.1]], "float64");
const b2 = tensor([0.1, -0.1], "float64");
const mask = tensor([[1, 1, 1, 0], [1, 0, 1, 1]], "float64");
show("x", x);
show("W1", W1);
show("b1", b1);
show("W2", W2);
show("b2", b2);

const affine1 = new Affine(3, 4, { init: W1, bias: b1 });
const relu = new ReLU();
// A mask we know, instead of one drawn afresh: 1 keeps a unit, 0 drops it. Kept units are divided by 0.8.
const dropout = new Dropout({ keep: 0.8 }).useMask(mask);
show("mask", mask);
const affine2 = new Affine(4, 2, { init: W2, bias: b2 });
const loss = new CrossEntropy();

heading("Forward");
const z1 = affine1.forward(x);
show("z1 = x·W1 + b1", z1);
const a1 = relu.forward(z1);
show("a1 = max(0, z1)", a1);
const d1 = dropout.forward(a1);
show("d1 = a1 · mask / 0.8", d1);
const z2 = affine2.forward(d1);
show("z2 = d1·W2 + b2, the logits", z2);
show("P = softmax(z2), which the loss works out itself", new Softmax().forward(z2));
const before = loss.forward(z2, labels);
console.log(`loss = mean of -ln P at the labels ${labels.join(" and ")} = ${before}\n`);

heading("Zero the gradients: backward adds to them");
for (const layer of [affine1, affine2]) layer.zeroGradients();
show("dW1 before backward", affine1.weight.grad);
show("dW2 before backward", affine2.weight.grad);

heading("Backward: the gradient of the loss with respect to everything above");
const dz2 = loss.backward();
show("dz2 = (P - one-hot labels) / 2 rows", dz2);
const dd1 = affine2.backward(dz2);
show("dd1 = dz2·W2ᵀ", dd1);
show("dW2 = d1ᵀ·dz2", affine2.weight.grad);
if (affine2.bias) show("db2 = sum of dz2 over the rows", affine2.bias.grad);
const da1 = dropout.backward(dd1);
show("da1 = dd1 · the same mask / 0.8", da1);
const dz1 = relu.backward(da1);
show("dz1 = da1 where z1 > 0, else 0", dz1);
const dx = affine1.backward(dz1);
show("dx = dz1·W1ᵀ", dx);
show("dW1 = xᵀ·dz1", affine1.weight.grad);
if (affine1.bias) show("db1 = sum of dz1 over the rows", affine1.bias.grad);

heading("Update: a small step against the gradient");
const sgd = new SGD({ learningRate: rate });
sgd.step([...affine1.parameters, ...affine2.parameters]);
show(`W1 ← W1 - ${rate} · dW1`, affine1.weight.value);
if (affine1.bias) show(`b1 ← b1 - ${rate} · db1`, affine1.bias.value);
show(`W2 ← W2 - ${rate} · dW2`, affine2.weight.value);
if (affine2.bias) show(`b2 ← b2 - ${rate} · db2`, affine2.bias.value);

heading("The same batch again");
const after = loss.forward(affine2.forward(dropout.forward(relu.forward(affine1.forward(x)))), labels);
console.log(`loss ${before.toFixed(6)} before the step, ${after.toFixed(6)} after it\n`);
console.log("Look at: each backward line undoes the\nforward line of its name, last first.");
