import {
  BestWeights, ChainruleError, ClassificationLoss, EarlyStopping, ElementwiseLoss, OptimizerBase, ReducedLoss, tensor,
  type LossOptions, type OptimizerOptions,
} from "chainrule";
import { errorOf } from "../tools.ts";

/** What JavaScript lets a subclass leave out. */
const nothing = undefined as unknown as OptimizerOptions & LossOptions;

class OwnLoss extends ReducedLoss {
  forward(): number {
    return this.finish(tensor([[1], [3]]), () => 4, () => tensor([[0.5], [0.5]]));
  }
}
class OwnElementwise extends ElementwiseLoss {
  protected loss(x: number, t: number, scale: number): number {
    return (x - t) * scale;
  }

  protected derivative(_x: number, _t: number, scale: number): number {
    return scale;
  }
}
class OwnClasses extends ClassificationLoss {
  forward(): number {
    return 0;
  }
}
class OwnOptimizer extends OptimizerBase {
  protected readonly slots = [];
  protected applyUpdate(): void {
    return undefined;
  }
}
class OwnBest extends BestWeights {}
class OwnStopping extends EarlyStopping {}

describe("a subclass that passes no options on", () => {
  test.each([["ReducedLoss", OwnLoss], ["ElementwiseLoss", OwnElementwise], ["ClassificationLoss", OwnClasses]])(
    "of %s takes the mean", (_, Own) => {
      expect(new Own(nothing).reduction).toBe("mean");
      expect(new Own().reduction).toBe("mean");
    });

  test("of ReducedLoss has the mean of the two rows' sum of 4", () => {
    expect(new OwnLoss().forward()).toBe(2);
  });

  test.each([[nothing], [{} as OptimizerOptions]])("of OptimizerBase is told that the learning rate is missing", (options) => {
    const error = errorOf(() => new OwnOptimizer(options));
    expect(error).toBeInstanceOf(ChainruleError);
    expect(error.message).toBe("OwnOptimizer learningRate: expected a finite number at least 0, got undefined.");
  });

  test("of OptimizerBase takes the common options without a list of its own", () => {
    expect(new OwnOptimizer({ learningRate: 0.5 }).optionNames).toEqual(["weightDecay"]);
    expect(() => new OwnOptimizer({ learningRate: 0.5, momentum: 0.9 } as OptimizerOptions)).toThrow(/unknown option "momentum"/);
  });

  test("of BestWeights and EarlyStopping has their defaults", () => {
    expect(new OwnBest().value).toBeUndefined();
    expect(new OwnStopping().patience).toBe(new EarlyStopping().patience);
  });
});
