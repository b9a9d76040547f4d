import * as chainrule from "chainrule/node";
import { describe, expect, test } from "@jest/globals";
import { ofAnotherCopy } from "../../src/tensor/errors.ts";
import { typeNameOf } from "../../src/tensor/type-name.ts";
import { errorOf } from "../tools.ts";

const { Affine, ChainruleError, Layer, register, Sequential, tensor } = chainrule;

/** As a minifier leaves a class: with a name that says nothing. */
function minified<C extends object>(type: C): C {
  Object.defineProperty(type, "name", { value: "b" });
  return type;
}

describe("the name of a class", () => {
  const isClass = (value: unknown): value is { readonly name: string } => typeof value === "function" && /^class\b/.test(value.toString());
  const classes = Object.entries(chainrule).filter(([, value]) => isClass(value));

  test.each(classes.map(([name, value]) => [name, value as object] as const))("%s says its own", (name, type) => {
    expect(Object.getOwnPropertyDescriptor(type, "typeName")?.value).toBe(name);
    expect(typeNameOf(type)).toBe(name);
  });

  test("there are many of them", () => { expect(classes.length).toBeGreaterThan(50); });

  test("a typeName goes before a class name, and is not inherited", () => {
    class Mine extends Affine { static override readonly typeName = "Yours"; }
    class Derived extends Mine {}
    expect(typeNameOf(Mine)).toBe("Yours");
    expect(typeNameOf(Derived)).toBe("Derived");
    expect(new Mine(2, 3).name).toBe("Yours");
    expect(new Derived(2, 3).name).toBe("Derived");
  });

  test("an error of one's own goes by its typeName", () => {
    class Mine extends ChainruleError { static override readonly typeName = "MineError"; }
    expect(new (minified(Mine))({ where: "here", given: "this", allowed: "that" }).name).toBe("MineError");
  });
});

describe("register", () => {
  abstract class Still extends Layer {
    override forward(x: chainrule.Tensor) { return x; }
    override backward(dy: chainrule.Tensor) { return dy; }
  }

  test("takes two classes that a minifier gave one name, by their typeNames", () => {
    const First = minified(class extends Still { static override readonly typeName = "FirstMinified"; });
    const Second = minified(class extends Still { static override readonly typeName = "SecondMinified"; });
    register(First);
    register(Second);
    expect(chainrule.registered("FirstMinified")).toBe(First);
    const network = new Sequential([new First(), new Second()], { seed: 1 });
    const again = chainrule.modelFromBytes(chainrule.modelToBytes(network));
    expect(`${again.summary()}`).toBe(network.summary());
    expect(again.plan().nodes.map(({ layer }) => layer.constructor)).toEqual([First, Second]);
  });

  test("fault 77: refuses two classes without typeNames that a minifier gave one name, and says what to do", () => {
    register(minified(class extends Still {}));
    const { given, advice } = errorOf(() => register(minified(class extends Still {})));
    expect(given).toBe('another class named "b"');
    expect(advice).toContain('static typeName = "Swish"');
    expect(advice).toContain("Minified classes");
  });

  test.each([[""], [3], [undefined]])("refuses the typeName %p", (typeName) => {
    class Wrong extends Still {}
    Object.defineProperty(Wrong, "typeName", { value: typeName });
    expect(errorOf(() => register(Wrong)).allowed).toContain("a static typeName");
  });
});

describe("a class of another copy", () => {
  class Tensor { static readonly typeName: string = "Tensor"; }
  class Matrix extends Tensor { static override readonly typeName = "Matrix"; }

  test("is told by its typeName, its own or an inherited one", () => {
    expect(ofAnotherCopy(new Tensor(), chainrule.Tensor)).toContain("npm ls chainrule");
    expect(ofAnotherCopy(new Matrix(), chainrule.Tensor)).toContain("npm dedupe");
    expect(ofAnotherCopy(Matrix, chainrule.Tensor)).toContain("npm dedupe");
  });

  test.each([[3], [null], [undefined], ["Tensor"], [{}], [Object.create(null)], [new (class Tensor {})()]])(
    "%p is of none", (value) => { expect(ofAnotherCopy(value, chainrule.Tensor)).toBe(""); },
  );

  test("no other refusal speaks of copies", () => {
    expect(errorOf(() => tensor({} as chainrule.Nested)).advice).toBe("");
  });
});
