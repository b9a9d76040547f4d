/** What checkLayer says of how a layer is made: its seeds, its parameters, the batches it takes. */
import {
  Affine, checkLayer, checkLoss, copyOf, Dropout, ElementwiseLoss, initializers, Layer, Parameter, tensor, type AnyLayer, type Tensor,
} from "chainrule";
import { fill } from "./mistakes/planted.ts";

const failing = (layer: AnyLayer | ((seed: number) => AnyLayer), shape: readonly number[]) =>
  checkLayer(layer, shape).checks.filter(({ passed }) => !passed);

test("a layer that hands its seed on need not hand it to the dropout it holds: it follows the layer", () => {
  class Dropped extends Layer {
    readonly drop = new Dropout({ keep: 0.7 });
    forward(x: Tensor): Tensor {
      return this.drop.forward(x);
    }
    backward(dy: Tensor): Tensor {
      return this.drop.backward(dy);
    }
  }
  expect(failing((seed) => new Dropped(seed), [4])).toEqual([]);
});

test("a layer that takes rows in threes is checked with batches of threes", () => {
  class Threes extends Layer {
    override get batchIndependent(): boolean {
      return false;
    }
    private less(x: Tensor, by: number): Tensor {
      const width = x.shape[1];
      if (x.shape[0] % 3 !== 0) throw new RangeError("rows come in threes");
      return fill(x, (i) => {
        const row = Math.floor(i / width), first = row - (row % 3);
        return x.data[i] - x.data[(first + ((row + by) % 3)) * width + (i % width)];
      });
    }
    forward(x: Tensor): Tensor {
      return this.less(x, 1);
    }
    backward(dy: Tensor): Tensor {
      return this.less(dy, 2);
    }
  }
  const report = checkLayer(() => new Threes(), [2]);
  expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
  expect(report.checks.find(({ name }) => name === "batch sizes")?.message).toMatch("Batches of 3, 6, 9 rows work");
});

test("a layer with parameters that is used from a closure, and trained, is told", () => {
  const affine = new Affine(3, 3);
  class Wrapped extends Layer {
    forward(x: Tensor): Tensor {
      return affine.forward(x);
    }
    backward(dy: Tensor): Tensor {
      return affine.backward(dy);
    }
  }
  const [found] = failing(new Wrapped(), [3]);
  expect(found.name).toBe("parameters found");
  expect(found.message).toMatch("a layer with parameters, Affine, that is not found among the layer's fields");
});

test("a layer used from a closure for a constant, as a teacher is, passes: nothing goes back through it", () => {
  const teacher = new Affine(3, 3);
  class Taught extends Layer {
    forward(x: Tensor): Tensor {
      const target = teacher.forward(tensor([[1, 2, 3]]));
      return fill(x, (i) => x.data[i] + target.data[i % 3]);
    }
    backward(dy: Tensor): Tensor {
      return copyOf(dy);
    }
  }
  expect(failing(new Taught(), [3])).toEqual([]);
});

test("a parameter that is made, never read and lost is noted; it is no failure", () => {
  class Lost extends Layer {
    readonly kept = new Parameter("kept", tensor([2]));
    constructor() {
      super();
      void new Parameter("gone", tensor([1]));
    }
    forward(x: Tensor): Tensor {
      return fill(x, (i) => x.data[i] + this.kept.value.data[0]);
    }
    backward(dy: Tensor): Tensor {
      dy.data.forEach((d) => { this.kept.grad.data[0] += d; });
      return copyOf(dy);
    }
  }
  const { passed, notes } = checkLayer(() => new Lost(), [3]);
  expect(passed).toBe(true);
  expect(notes?.join(" ")).toMatch('not found among its fields: Parameter "gone".');
});

test("a parameter of an outer scope that a layer holds is not lost", () => {
  const shared = new Parameter("shared", tensor([2]));
  class Holds extends Layer {
    readonly shared = shared;
    forward(x: Tensor): Tensor {
      return fill(x, (i) => x.data[i] + this.shared.value.data[0]);
    }
    backward(dy: Tensor): Tensor {
      dy.data.forEach((d) => { this.shared.grad.data[0] += d; });
      return copyOf(dy);
    }
  }
  expect(checkLayer(() => new Holds(), [3]).notes?.join(" ")).not.toMatch("Parameter");
});

test("a maximum that gives shares of dy to all that tie is right", () => {
  class Shared extends Layer<{ x: Tensor; top: readonly number[] }> {
    forward(x: Tensor): Tensor {
      const top = Array.from({ length: x.shape[0] }, (_, row) => Math.max(...x.data.subarray(row * 3, row * 3 + 3)));
      this.remember({ x, top });
      return fill(x, (i) => top[Math.floor(i / 3)]);
    }
    backward(dy: Tensor): Tensor {
      const { x, top } = this.recall();
      return fill(x, (i) => {
        const row = Math.floor(i / 3), inRow = [0, 1, 2].map((j) => row * 3 + j);
        if (x.data[i] !== top[row]) return 0;
        const ties = inRow.filter((j) => x.data[j] === top[row]).length;
        return inRow.reduce((sum, j) => sum + dy.data[j], 0) / ties;
      });
    }
  }
  expect(failing(new Shared(), [3])).toEqual([]);
});

test("a loss whose derivative lacks a term of the product rule is told which", () => {
  class Weighted extends ElementwiseLoss {
    constructor() {
      super({});
    }
    protected loss(x: number, t: number, scale: number): number {
      return x * x * (x - t) * scale;
    }
    protected derivative(x: number, _: number, scale: number): number {
      return x * x * scale;
    }
  }
  const { checks } = checkLoss(() => new Weighted(), [[0.5, -1], [2, 0.25]], tensor([[1, 0], [-1, 0.5]]));
  const { diagnosis } = checks.find(({ name }) => name === "gradient") ?? {};
  // (x² · (x - t))' = 2x · (x - t) + x².
  expect(diagnosis).toMatch("forward is u·v with u = x², and the derivative is u·v' alone: the term u'·v is missing");
});

/** The gain of weight norm starts at the length of v. */
class Gained extends Layer {
  readonly v: Parameter;
  readonly g: Parameter;
  constructor(seed?: number) {
    super(seed);
    const options = seed === undefined ? {} : { seed };
    this.v = new Parameter("v", { shape: [3], init: initializers.heNormal() }, options);
    this.g = new Parameter("g", tensor([Math.hypot(...this.v.value.data)]));
  }
  private scale(x: Tensor): Tensor {
    const [g] = this.g.value.data, [v] = this.v.value.data;
    return fill(x, (i) => x.data[i] * g + v);
  }
  forward(x: Tensor): Tensor {
    return this.scale(x);
  }
  backward(dy: Tensor): Tensor {
    return dy;
  }
}

test("a parameter that the constructor reads before it has a seed is told, with advice; one with a seed is not", () => {
  const seeds = (make: (seed: number) => AnyLayer) => checkLayer(make, [3]).checks.find(({ name }) => name === "seeds obeyed");
  expect(seeds(() => new Gained())?.message).toMatch('The constructor reads the numbers of Parameter "v" before');
  expect(seeds((seed) => new Gained(seed))?.passed).toBe(true);
});

test("a private method is told with the advice that private fields get", () => {
  class Private extends Layer {
    #same(x: Tensor): Tensor {
      return copyOf(x);
    }
    forward(x: Tensor): Tensor {
      return this.#same(x);
    }
    backward(dy: Tensor): Tensor {
      return copyOf(dy);
    }
  }
  expect(failing(new Private(), [3])[0].message).toMatch("#private fields and methods cannot be: write private instead of #.");
});
