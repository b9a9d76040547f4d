import {
  Affine, checkLayer, copyOf, Dropout, format, formatLayerReport, Layer, LAYER_CHECKS, Parameter, ReLU, Tensor, tensor, zerosLike,
  type AnyLayer, type LayerReport, type Json, type Shape,
} from "chainrule";
import { errorOf, numbers, ones } from "../tools.ts";
import { Each, fill } from "./mistakes/planted.ts";

const failed = ({ checks }: LayerReport) => checks.filter(({ passed }) => !passed).map(({ name }) => name as string);
const said = ({ checks }: LayerReport, name: string) => checks.find((one) => one.name === name)?.message ?? "";
const square = (change: (x: Tensor, y: Tensor, dy: Tensor) => void = () => undefined) =>
  new Each((x) => x * x, (x, y, dy) => {
    const dx = fill(x, (i) => 2 * x.data[i] * dy.data[i]);
    change(x, y, dy);
    return dx;
  });

/** y = x · w, to be spoilt in one place. */
class Gain extends Layer<{ x: Tensor }> {
  readonly w = new Parameter("w", tensor([1.5]));
  forward(x: Tensor): Tensor {
    this.remember({ x });
    return fill(x, (i) => x.data[i] * this.w.value.data[0]);
  }
  backward(dy: Tensor): Tensor {
    const { x } = this.recall();
    for (let i = 0; i < dy.data.length; i++) this.w.grad.data[0] += dy.data[i] * x.data[i];
    return fill(dy, (i) => dy.data[i] * this.w.value.data[0]);
  }
}

class WrongShape extends Gain {
  override outputShape(): Shape {
    return [7];
  }
}
class ForwardIsAField extends Layer {
  override forward = (x: Tensor) => x;
  override backward = (dy: Tensor) => dy;
}
class AlwaysSingle extends Gain {
  override forward(x: Tensor): Tensor {
    const y = super.forward(x);
    return new Tensor(Float32Array.from(y.data), y.shape);
  }
}
class ChangesX extends Gain {
  override forward(x: Tensor): Tensor {
    for (let i = 0; i < x.data.length; i++) x.data[i] *= 1;
    x.data[0] = Math.max(0, x.data[0]) + 1;
    return super.forward(x);
  }
}
class ChangesWeight extends Gain {
  override backward(dy: Tensor): Tensor {
    const dx = super.backward(dy);
    this.w.value.data[0] -= 0.001;
    return dx;
  }
}
class ReusesOutput extends Gain {
  private buffer: Tensor | undefined;
  override forward(x: Tensor): Tensor {
    const y = super.forward(x);
    if (this.buffer?.data.length !== y.data.length || this.buffer.dtype !== y.dtype) this.buffer = zerosLike(y);
    this.buffer.data.set(y.data);
    return this.buffer;
  }
}
class SaysItDiffers extends Gain {
  override get dependsOnMode(): boolean {
    return true;
  }
}
class SaysItDoesNot extends Gain {
  override get dependsOnMode(): boolean {
    return false;
  }
  override forward(x: Tensor): Tensor {
    const y = super.forward(x);
    return this.mode === "train" ? y : zerosLike(y);
  }
}
class NoisyInEval extends Layer {
  forward(x: Tensor): Tensor {
    const noise = this.random.normal(x);
    return fill(x, (i) => x.data[i] + noise.data[i]);
  }
  backward(dy: Tensor): Tensor {
    return dy;
  }
}
class EvenOnly extends Gain {
  override forward(x: Tensor): Tensor {
    if (x.shape[0] === 13) throw new RangeError("thirteen");
    return super.forward(x);
  }
}
class MixesRows extends Gain {
  override forward(x: Tensor): Tensor {
    const y = super.forward(x);
    y.data[0] += x.data[x.data.length - 1];
    return y;
  }
  override backward(dy: Tensor): Tensor {
    const dx = super.backward(dy);
    dx.data[dx.data.length - 1] += dy.data[0];
    return dx;
  }
}
class SaysItMixes extends MixesRows {
  override get batchIndependent(): boolean {
    return false;
  }
}
/** Keeps a running mean of what it saw in train, in a number field, which no state() knows of, and adds it in eval. */
class KeepsANumber extends Gain {
  protected mean = 0;
  override forward(x: Tensor): Tensor {
    const y = super.forward(x);
    if (this.mode === "eval") return fill(y, (i) => y.data[i] + this.mean);
    this.mean = 0.9 * this.mean + 0.1 * Math.fround(x.data[0]);
    return y;
  }
}
class KeepsItInItsState extends KeepsANumber {
  override state(): Json {
    return { base: super.state(), mean: this.mean };
  }
  override load(state: Json): void {
    const { base, mean } = state as { base: Json; mean: number };
    super.load(base);
    this.mean = mean;
  }
}
class WithPrivateField extends Gain {
  readonly #times = 2;
  override forward(x: Tensor): Tensor {
    return super.forward(fill(x, (i) => x.data[i] * (this.#times / 2)));
  }
}

describe("each check fails for what it is about", () => {
  test.each([
    ["methods", () => new ForwardIsAField(), /a field, such as an arrow function/],
    ["methods", () => new WithPrivateField(), /write private instead of #/],
    ["output shape", () => new WrongShape(), /expected shape \[7, 7\].*, got .*output of shape \[7, 4\]/],
    ["order of calls", () => new ForwardIsAField(), /backward before any forward gives numbers/],
    ["dtype", () => new AlwaysSingle(), /float32/],
    ["inputs untouched", () => new ChangesX(), /forward changes x\[0, 0\] from/],
    ["inputs untouched", () => square((x) => { x.data[1] = 3; }), /backward changes x\[0, 1\] from/],
    ["dy untouched", () => square((_x, _y, dy) => { dy.data[0] = 9; }), /backward changes dy\[0, 0\] from .* to 9/],
    ["dy untouched", () => square((_x, y) => { y.data[0] = 9; }), /backward changes y\[0, 0\]/],
    ["weights untouched", () => new ChangesWeight(), /backward changes w\[0\]/],
    ["outputs fresh", () => new ReusesOutput(), /the next forward changes y/],
    ["mode", () => new SaysItDiffers(), /does forward read this\.mode\?/],
    ["mode", () => new SaysItDoesNot(), /though dependsOnMode says false/],
    ["eval deterministic", () => new NoisyInEval(), /Random numbers are for train/],
    ["batch sizes", () => new EvenOnly(), /a batch of 13 after others fails: thirteen/],
    ["rows independent", () => new MixesRows(), /row \d of d?[xy] changes when row/],
    ["zeros", () => new Each((x) => x / Math.abs(x), (x) => zerosLike(x)), /is NaN where x is 0/],
    ["large values", () => new Each((x) => Math.exp(x) / (1 + Math.exp(x)), (x, y, dy) =>
      fill(x, (i) => dy.data[i] * y.data[i] * (1 - y.data[i]))), /is NaN where x is ±10000/],
    ["state round trip", () => new KeepsANumber(), /keep it in a Tensor field, or override state and load/],
  ] as [string, () => AnyLayer, RegExp][])("%s", (name, make, says) => {
    const report = checkLayer(make(), [4]);
    expect(report.passed).toBe(false);
    expect(failed(report)).toContain(name);
    expect(said(report, name)).toMatch(says);
  });

  test("a mistake without a name gets no diagnosis, but numbers", () => {
    const report = checkLayer(new Each((x) => x * x, (x, _, dy) => fill(x, (i) => dy.data[i - (i % 4) + ((i + 1) % 4)] * x.data[i] + dy.data[i])), [4]);
    const gradient = report.checks.find(({ name }) => name === "gradient of x");
    expect(gradient?.diagnosis).toBeUndefined();
    expect(gradient?.message).toMatch(/x\[\d, \d\]: yours .*, numeric /);
  });
});

describe("right layers", () => {
  test.each([
    ["a parameter", new Gain()], ["rows that depend on each other and say so", new SaysItMixes()],
    ["a state of their own and say so", new KeepsItInItsState()],
  ] as [string, AnyLayer][])("with %s pass", (_, layer) => {
    expect(failed(checkLayer(layer, [4]))).toEqual([]);
  });
});

describe("a layer that throws", () => {
  class Throws extends Gain {
    override forward(): Tensor {
      throw new Error("not today");
    }
  }
  test("gives a report, which says why once", () => {
    const report = checkLayer(new Throws(), [4]);
    expect(said(report, "methods")).toMatch(/^It throws at layer-check\.test\.ts:\d+: not today$/);
    expect(said(report, "dtype")).toBe('As for "methods".');
    // The report tells the cause once, and names what else failed for it.
    expect(format(report).match(/^ {2}FAIL/gm)).toHaveLength(1);
    expect(format(report).replace(/\s+/g, " ")).toContain("For the same reason: output shape, order of calls, dtype, ");
  });
});

describe("the layer itself is left as it was", () => {
  test("numbers, gradients, counts, mode and memory", () => {
    const layer = new Affine(4, 3, { seed: 1 }), dropout = new Dropout({ keep: 0.8, seed: 1 }).eval();
    layer.forward(ones(2, 4));
    layer.weight.grad.data.fill(5);
    const before = JSON.stringify([layer.state(), dropout.state()]), grad = numbers(layer.weight.grad);
    checkLayer(layer, [4]);
    checkLayer(dropout, [4], { dropout: { keep: 0.8 } });
    expect(JSON.stringify([layer.state(), dropout.state()])).toBe(before);
    expect(numbers(layer.weight.grad)).toEqual(grad);
    expect([layer.mode, dropout.mode]).toEqual(["train", "eval"]);
    expect(layer.backward(ones(2, 3)).shape).toEqual([2, 4]); // of the forward before the check
  });

  test("other layers' masks do not depend on it", () => {
    const mask = (check: boolean) => {
      const dropout = new Dropout({ keep: 0.3, seed: 3 });
      if (check) checkLayer(dropout, [4]);
      return numbers(dropout.forward(ones(9, 9)));
    };
    expect(mask(true)).toEqual(mask(false));
  });
});

describe("the report", () => {
  const names = ({ checks }: LayerReport) => checks.map(({ name }) => name as string);
  const all = Object.keys(LAYER_CHECKS).filter((name) => name !== "expected values");
  const general = all.filter((name) => !name.startsWith("dropout"));

  test("has the names of the list, in its order; those of dropout and of values if they are asked for", () => {
    const expected = [{ x: [[1]], y: [[1]] }];
    expect(names(checkLayer(new ReLU(), [1], { expected }))).toEqual(["expected values", ...general]);
    expect(names(checkLayer(new ReLU(), [4]))).toEqual(general);
    expect(names(checkLayer(new Dropout({ keep: 0.8 }), [4], { dropout: { keep: 0.8 } }))).toEqual(all);
  });

  test("prints in 80 columns, with a last line that counts", () => {
    const text = format(checkLayer(square((_x, _y, dy) => { dy.data[0] = 9; }), [4]));
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/FAIL dy untouched\n {7}In train, backward changes dy\[0, 0\]/);
    expect(text).toMatch(/FAILED: 1 of 22 checks$/);
    expect(formatLayerReport(checkLayer(new ReLU(), [4]))).toMatch(/passed: all 22 checks$/);
  });

  test("is the same again for the same seed", () => {
    const report = () => format(checkLayer(new Affine(3, 2, { seed: 4 }), [3], { seed: 5 }));
    expect(report()).toBe(report());
  });
});

describe("misuse throws", () => {
  const relu = new ReLU();
  test.each([
    ["no layer", () => checkLayer({} as never, [4]), { where: "checkLayer", allowed: "a layer, or (seed) => layer" }],
    ["a class", () => checkLayer(ReLU as never, [4]), { given: "the class ReLU", advice: "Say (seed) => new ReLU(…)." }],
    ["a factory of something else", () => checkLayer((() => 3) as never, [4]), { given: "3" }],
    ["a factory of one layer", () => checkLayer(() => relu, [4]), { given: "the same ReLU twice" }],
    ["no shape", () => checkLayer(relu, 4 as never), { where: "checkLayer inputShape", given: "4" }],
    ["a shape with 0", () => checkLayer(relu, [0]), { where: "checkLayer inputShape", given: "0" }],
    ["an unknown option", () => checkLayer(relu, [4], { dropuot: 1 } as never), { advice: "Did you mean dropout?" }],
    ["a bare number for keep", () => checkLayer(relu, [4], { dropout: 0.8 } as never), { where: "checkLayer dropout" }],
    ["drop for keep", () => checkLayer(relu, [4], { dropout: { drop: 0.2 } } as never), { where: "checkLayer dropout" }],
    ["keep 1", () => checkLayer(relu, [4], { dropout: { keep: 1 } }), { where: "checkLayer dropout keep", given: "1" }],
    ["dropout of two inputs", () => checkLayer(relu, [[4], [4]], { dropout: { keep: 0.8 } }), { given: "2 inputs" }],
    ["a seed that is none", () => checkLayer(relu, [4], { seed: -1 }), { where: "checkLayer seed" }],
  ] as [string, () => unknown, object][])("%s", (_, run, fields) => {
    expect(errorOf(run)).toMatchObject(fields);
  });
});

test("a forward in eval that sets a layer to train is told", () => {
  class Forces extends Layer {
    readonly inner = new ReLU();
    forward(x: Tensor): Tensor {
      this.inner.train();
      return this.inner.forward(x);
    }
    backward(dy: Tensor): Tensor {
      return this.inner.backward(dy);
    }
  }
  const failed = checkLayer(new Forces(), [3]).checks.filter(({ passed }) => !passed);
  expect(failed.map(({ name }) => name)).toEqual(["mode"]);
  expect(failed[0].message).toMatch("leaves ReLU in train");
});

test("a layer whose modes differ in what they keep depends on the mode", () => {
  class Follows extends Layer {
    mean = tensor([0]);
    override get dependsOnMode(): boolean {
      return true;
    }
    forward(x: Tensor): Tensor {
      const y = copyOf(x), [before] = this.mean.data;
      if (this.mode === "train") this.mean = tensor([0.9 * before + 0.1 * x.data[0]]);
      y.data.forEach((value, i) => { y.data[i] = value - before; });
      return y;
    }
    backward(dy: Tensor): Tensor {
      return copyOf(dy);
    }
  }
  expect(checkLayer(new Follows(), [3]).checks.find(({ name }) => name === "mode")).toMatchObject({ passed: true });
});

test("a layer of a class without a name is checked as a Layer", () => {
  const Nameless = (() => class extends ReLU {})();
  expect(new Nameless().name).toBe("Layer");
  expect(checkLayer(new Nameless(), [3]).passed).toBe(true);
});
