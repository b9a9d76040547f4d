/** In a file of its own: here no earlier product has made the kernels' memory larger. */
import { matmul, Tensor } from "chainrule";
import { awkward, expectSameBothWays } from "./both-ways.ts";

test.each([[1, 16, 15000], [1, 2, 80000], [2, 1, 300000], [1, 1, 1e6]])(
  "a product of few rows and many columns, %d × %d × %d, finds all the memory it needs", (m, k, n) => {
    const a = new Tensor(awkward(m * k, 3), [m, k]), b = new Tensor(awkward(k * n, 5), [k, n]);
    expectSameBothWays([m, k, n], () => [matmul(a, b).data]);
  },
);
