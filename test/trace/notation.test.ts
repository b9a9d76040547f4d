/** Equations and numbers of a trace as LaTeX and as MathML. */
import { Affine, ELU, explainTrace, Layer, Sequential, SGD, Tensor, tensor } from "chainrule";
import { labels, network, optimizer, x } from "../../examples/networks/tiny.ts";
import { parseEquation } from "../../src/trace/expressions/parse.ts";
import { equationBox, numberBox, text } from "../../src/trace/notation/box.ts";
import { toLatex } from "../../src/trace/notation/latex.ts";
import { toMathml } from "../../src/trace/notation/mathml.ts";

const boxOf = (equation: string) => equationBox(parseEquation(equation), (symbol) => symbol);

describe("LaTeX of", () => {
  test.each([
    ["y[n, j] = sum(i: x[n, i] * w[i, j]) + b[j]", "\\sum_{i}x\\left[n,\\,i\\right]\\cdot w\\left[i,\\,j\\right]+b\\left[j\\right]"],
    ["y[I] = (x[I] - mean[0]) / sqrt(var[0] + eps)", "\\frac{x-\\mathrm{mean}\\left[0\\right]}{\\sqrt{\\mathrm{var}\\left[0\\right]+\\mathrm{eps}}}"],
    ["y[I] = -x[I]^2", "-{x}^{2}"],
    ["y[I] = (-x[I])^2", "{\\left(-x\\right)}^{2}"],
    ["y[I] = a - (b - c)", "a-\\left(b-c\\right)"],
    ["y[I] = a * (b + c)", "a\\cdot \\left(b+c\\right)"],
    ["y[I] = x[I] if x[I] >= 0 else 0", "\\begin{cases}x & \\text{ if }x\\ge 0 \\\\ 0 & \\text{else}\\end{cases}"],
    ["y[I] = abs(x[I])", "\\left|x\\right|"],
    ["y[I] = log(x[I])", "\\ln\\left(x\\right)"],
    ["y[I] = max(0, x[I])", "\\max\\left(0,\\,x\\right)"],
    ["y[I] = softplus(x[I])", "\\operatorname{softplus}\\left(x\\right)"],
    ["y[n] = max(j: x[n, j])", "\\max_{j}\\left(x\\left[n,\\,j\\right]\\right)"],
    ["y[n] = sum(j where t[n, j] != 0: x[n, j])", "\\sum_{j\\text{ : }t\\left[n,\\,j\\right]\\ne 0}x\\left[n,\\,j\\right]"],
    ["y[n] = max(u < 2: x[n, u])", "\\max_{u < 2}\\left(x\\left[n,\\,u\\right]\\right)"],
  ])("%s", (equation, wanted) => {
    expect(toLatex(boxOf(equation)).split("=").slice(1).join("=").trim()).toContain(wanted);
  });

  test.each([
    ["z1", "z_{1}"], ["dW2", "dW_{2}"], ["residual.dz1", "\\mathrm{residual}.dz_{1}"], ["a1_2", "a_{1,2}"],
    ["W1 before", "W_{1}\\ \\text{before}"], ["m\u0302'", "\\hat{m}'"], ["my_node%", "\\mathrm{my\\_node\\%}"],
  ])("the name %s", (name, latex) => {
    expect(toLatex(text("name", name))).toBe(latex);
  });

  test.each([
    [0.5, "0.5"], [-2, "-2"], [1.5e-7, "1.5\\cdot 10^{-7}"], [-3e10, "-3\\cdot 10^{10}"], [NaN, "\\mathrm{NaN}"],
    [-Infinity, "-\\infty"],
  ])("the number %d", (value, latex) => {
    expect(toLatex(numberBox(value, 4))).toBe(latex);
  });

  test("a product of a small negative number", () => {
    const line = new Sequential([new Affine(1, 1, { init: tensor([[2]], "float64"), bias: false }), new ELU()]);
    expect(explainTrace(line, tensor([[-1e-6]], "float64"), [0]).latexOf(1, "z1", [0, 0]))
      .toContain("-1\\cdot 10^{-6}\\cdot 2 = -2\\cdot 10^{-6}");
  });
});

describe("MathML of", () => {
  const MATH = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">";
  test.each([
    ["y[I] = x[I] / 2", "<mfrac><mi>x</mi><mn>2</mn></mfrac>"],
    ["y[I] = sqrt(x[I])", "<msqrt><mi>x</mi></msqrt>"],
    ["y[I] = x[I]^2", "<msup><mi>x</mi><mn>2</mn></msup>"],
    ["y[n] = sum(j: x[n, j])", "<munder><mo>∑</mo><mi>j</mi></munder>"],
    ["y[I] = 1 if x[I] < 0 else 2", "<mo>{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd>"],
    ["y[I] = 1 if x[I] < 0 else 2", "<mo>&lt;</mo>"],
  ])("%s", (equation, wanted) => {
    expect(toMathml(boxOf(equation))).toContain(wanted);
  });

  test("a number in powers of ten, and of a name with marks of XML", () => {
    expect(toMathml(numberBox(1.5e-7, 4))).toBe(
      `${MATH}<mrow><mn>1.5</mn><mo>·</mo><msup><mn>10</mn><mn>−7</mn></msup></mrow></math>`);
    expect(toMathml(text("name", "a<b>&"))).toBe(`${MATH}<mi>a&lt;b&gt;&amp;</mi></math>`);
  });
});

describe("of each number of three steps of training,", () => {
  const explained = explainTrace(network, x, labels, { optimizer, steps: 3 });
  const all = explained.steps.flatMap(({ op, results }) => results.map(({ name, shape }) => (
    [op, name, shape.map((length) => length - 1)] as const)));

  test("LaTeX has braces, brackets and environments in pairs", () => {
    expect(all.length).toBeGreaterThan(60);
    for (const [op, name, at] of all) {
      const latex = explained.latexOf(op, name, at), count = (pattern: RegExp) => (latex.match(pattern) ?? []).length;
      expect(count(/(?<!\\)\{/g)).toBe(count(/(?<!\\)\}/g));
      expect(count(/\\left[[(|.]/g)).toBe(count(/\\right[\])|.]/g));
      expect(latex).toMatch(/^\\begin\{align\*\}\n[^]*\n\\end\{align\*\}$/);
      expect(latex).not.toMatch(/undefined|object|[^\x00-\x7F]/);
    }
  });

  test("MathML has tags in pairs, and ends in the number", () => {
    for (const [op, name, at] of all) {
      for (const math of explained.mathmlOf(op, name, at).split("\n")) {
        const open: string[] = [];
        for (const [, end, tag] of math.matchAll(/<(\/?)(m\w+)[^>]*>/g)) {
          if (end === "") open.push(tag);
          else expect(open.pop()).toBe(tag);
        }
        expect(open).toEqual([]);
        expect(math).toMatch(/^<math [^]*<\/math>$/);
      }
    }
  });
});

test("a user-defined layer's name does not break LaTeX", () => {
  class Odd_Layer extends Layer {
    static override readonly typeName = "Odd_Layer & 100%";
    override equations() {
      return { forward: ["y[I] = 2 * x[I]"], backward: ["dx[I] = 2 * dy[I]"] };
    }
    forward(given: Tensor): Tensor { return new Tensor(given.data.map((value) => 2 * value), given.shape); }
    backward(dy: Tensor): Tensor { return new Tensor(dy.data.map((value) => 2 * value), dy.shape); }
  }
  const odd = new Sequential([new Odd_Layer(), new Affine(2, 2)], { seed: 1 }).to("float64");
  const sgd = new SGD({ learningRate: 0.1 }), latex = explainTrace(odd, [[1, 2]], [0], { optimizer: sgd }).latex();
  for (const line of latex.split("\n").filter((one) => !one.startsWith("%"))) {
    // Names of layers stand in comments alone; & parts columns, as in each line of align.
    expect(line).not.toMatch(/Odd|100/);
  }
});
