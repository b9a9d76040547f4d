/** Random networks: chains, branches, shared weights and networks within networks, of the framework's layers. */
import {
  Add, Affine, AlphaDropout, AvgPool2d, BatchNorm, Concat, Conv2d, DropConnect, Dropout, ELU, Flatten, GaussianDropout,
  GELU, Graph, Identity, LayerNorm, LeakyReLU, LogSoftmax, MaxPool2d, Multiply, ReLU, Reshape, residual, Sequential,
  Sigmoid, SiLU, Softmax, Softplus, SpatialDropout, StochasticDepth, Tanh, type AnyLayer, type Layer, type Shape,
} from "chainrule";
import fc from "fast-check";

/** What is drawn; a network is made of it as often as one is needed, with the same weights each time. */
export interface Draft {
  readonly seed: number;
  /** Whether it begins with a convolution of images of 4 by 4, else with rows of three numbers. */
  readonly image: "max" | "average" | undefined;
  readonly blocks: readonly Block[];
}

type Block =
  | { readonly kind: "plain"; readonly layer: keyof typeof PLAIN }
  | { readonly kind: "affine" | "drop connect"; readonly width: number }
  | { readonly kind: "shared weight" | "reshape" }
  | { readonly kind: "chain" | "residual"; readonly blocks: readonly Block[] }
  | { readonly kind: "branches"; readonly merge: keyof typeof MERGES; readonly left: Block; readonly right: Block };

/** Layers that give as many numbers as they take. */
const PLAIN = {
  identity: () => new Identity(), relu: () => new ReLU(), leaky: () => new LeakyReLU({ slope: 0.2 }),
  elu: () => new ELU(), silu: () => new SiLU(), gelu: () => new GELU(), sigmoid: () => new Sigmoid(),
  tanh: () => new Tanh(), softplus: () => new Softplus(), softmax: () => new Softmax(), logSoftmax: () => new LogSoftmax(),
  layerNorm: (width: number) => new LayerNorm(width), batchNorm: (width: number) => new BatchNorm(width),
  dropout: () => new Dropout({ keep: 0.7 }), atEval: () => new Dropout({ keep: 0.6, scaling: "at-eval" }),
  gaussian: () => new GaussianDropout({ keep: 0.8 }), alpha: () => new AlphaDropout({ keep: 0.8 }),
  depth: () => new StochasticDepth({ keep: 0.7 }),
};

const MERGES = { add: () => new Add(), multiply: () => new Multiply(), concat: () => new Concat() };

const plain: fc.Arbitrary<Block> = fc.record({
  kind: fc.constant("plain" as const), layer: fc.constantFrom(...(Object.keys(PLAIN) as (keyof typeof PLAIN)[])),
});
const weighted: fc.Arbitrary<Block> = fc.record({
  kind: fc.constantFrom("affine" as const, "drop connect" as const), width: fc.integer({ min: 2, max: 4 }),
});
const other: fc.Arbitrary<Block> = fc.record({ kind: fc.constantFrom("shared weight" as const, "reshape" as const) });

const { block } = fc.letrec<{ block: Block; leaf: Block }>((tie) => ({
  leaf: fc.oneof({ arbitrary: plain, weight: 4 }, { arbitrary: weighted, weight: 2 }, other),
  block: fc.oneof(
    { maxDepth: 2 }, { arbitrary: tie("leaf"), weight: 3 },
    fc.record({
      kind: fc.constantFrom("chain" as const, "residual" as const),
      blocks: fc.array(tie("block"), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constant("branches" as const), left: tie("block"), right: tie("block"),
      merge: fc.constantFrom(...(Object.keys(MERGES) as (keyof typeof MERGES)[])),
    }),
  ),
}));

export const draft: fc.Arbitrary<Draft> = fc.record({
  seed: fc.nat(1000), image: fc.constantFrom(undefined, undefined, "max" as const, "average" as const),
  blocks: fc.array(block, { minLength: 1, maxLength: 4 }),
});

/** A layer, and how many numbers it gives. */
interface Made {
  readonly layer: Layer;
  readonly width: number;
}

function chain(blocks: readonly Block[], width: number): { layers: readonly Layer[]; width: number } {
  const layers: Layer[] = [];
  let last = width;
  for (const one of blocks) {
    const made = make(one, last);
    layers.push(made.layer);
    last = made.width;
  }
  return { layers, width: last };
}

/** Put back to a width, where a way round it has to fit. */
function backTo(width: number, { layers, width: given }: { layers: readonly Layer[]; width: number }): readonly Layer[] {
  return given === width ? layers : [...layers, new Affine(given, width)];
}

function make(one: Block, width: number): Made {
  switch (one.kind) {
    case "plain": return { layer: PLAIN[one.layer](width), width };
    case "affine": return { layer: new Affine(width, one.width), width: one.width };
    case "drop connect": return { layer: new DropConnect(width, one.width, { keep: 0.8 }), width: one.width };
    case "reshape": return { layer: new Sequential([new Reshape([1, width]), new Flatten()]), width };
    case "shared weight": {
      const first = new Affine(width, width), second = new Affine(width, width, { weight: first.weight });
      return { layer: new Sequential([first, new Tanh(), second]), width };
    }
    case "chain": {
      const { layers, width: given } = chain(one.blocks, width);
      return { layer: new Sequential(layers), width: given };
    }
    case "residual": return { layer: residual(...backTo(width, chain(one.blocks, width))), width };
    case "branches": {
      const left = backTo(width, chain([one.left], width)), right = backTo(width, chain([one.right], width));
      const merge: AnyLayer = MERGES[one.merge]();
      const layer = new Graph().input("x", [width]).add("left", new Sequential(left), "x")
        .add("right", new Sequential(right), "x").add("merged", merge, "left", "right").output("merged");
      return { layer, width: one.merge === "concat" ? 2 * width : width };
    }
  }
}

/** The network of a draft: three numbers, or an image of 4 by 4, in; two numbers out. */
export function networkOf({ seed, image, blocks }: Draft): Sequential {
  const pool = image === "max" ? new MaxPool2d(2) : new AvgPool2d(2);
  const front = image === undefined ? [] : [
    new Conv2d(1, 2, 3, { padding: 1 }), new SpatialDropout({ keep: 0.8 }), pool, new Flatten(), new Affine(8, 3),
  ];
  const { layers, width } = chain(blocks, 3);
  return new Sequential([...front, ...layers, new Affine(width, 2)], { seed });
}

export function inputShapeOf({ image }: Draft): Shape {
  return image === undefined ? [3] : [1, 4, 4];
}
