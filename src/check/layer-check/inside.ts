import { usePool, type BufferPool } from "../../tensor/buffer-pool.ts";
import { Layer } from "../../nn/layer.ts";
import { zeros, type Tensor } from "../../tensor/tensor.ts";

/** A layer within whose forward anything may run. */
class Pass extends Layer {
  static override readonly typeName: string = "Pass";
  private readonly run: () => void;

  constructor(run: () => void) {
    super(0);
    this.run = run;
  }

  forward(x: Tensor): Tensor {
    this.run();
    return x;
  }

  backward(dy: Tensor): Tensor {
    return dy;
  }
}

/**
 * Runs something as if inside a network. At a public call tensors are copied in and out of a layer; within a pass
 * they are not, so that it can be seen what the layer itself does to them.
 */
export function inside<T>(run: () => T): T {
  const results: T[] = [];
  new Pass(() => { results.push(run()); }).forward(zeros([1, 1]));
  return results[0];
}

/** What `run` returns. Meanwhile results of operations go into these buffers. */
export function withPool<T>(pool: BufferPool, run: () => T): T {
  const outer = usePool(pool);
  try {
    return run();
  } finally {
    usePool(outer);
  }
}
