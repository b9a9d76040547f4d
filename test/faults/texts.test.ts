/** Texts of others, as names out of files, are printed so that no terminal obeys them, and never at any length. */
import {
  Add, Affine, Concat, CrossEntropy, explain, Multiply, networkFromJson, networkToJson, OptionError, registered,
  Sequential, SGD, tensor, Trainer, zeros,
} from "chainrule";
import { errorOf } from "../tools.ts";

/** ESC, BEL, a line's end, the C1 form of ESC [, and what turns text right to left. */
const COMMANDS = "\u001b[2J\u0007\n\u009b31m\u202e";
const OBEYED = /[\u0007\u001b\u009b\u202e]/;

describe("fault 80: control characters in a name", () => {
  const layer = new Affine(2, 2);
  layer.name = `a${COMMANDS}`;

  test("are escapes in all parts of an error", () => {
    const { where, given, allowed, advice, message } = new OptionError({
      where: COMMANDS, given: COMMANDS, allowed: COMMANDS, advice: COMMANDS,
    });
    for (const text of [where, given, allowed, advice]) expect(text).toBe("\\u001b[2J\\u0007\\u000a\\u009b31m\\u202e");
    expect(message).not.toMatch(OBEYED);
  });

  test("are escapes in a summary, one line a layer, and in explain", () => {
    const summary = new Sequential([layer], { name: COMMANDS }).summary();
    expect(summary).not.toMatch(OBEYED);
    expect(summary.split("\n")).toHaveLength(4);
    expect(explain(layer)).not.toMatch(OBEYED);
  });
});

describe("fault 79: a name of a million letters", () => {
  const long = "x".repeat(1e6);

  test.each([
    ["a layer class", () => registered(long)],
    ["an option", () => new SGD({ learningRate: 0.1, [long]: 1 })],
    ["a layer in a description", () => networkFromJson({ ...networkToJson(new Sequential([new Affine(1, 1)])) as object,
      network: { type: long } })],
  ])("is refused in a message of a few thousand: %s", (_, call) => {
    expect(errorOf(call).message.length).toBeLessThan(10_000);
  });

  test("takes one short line of a summary", () => {
    expect(new Sequential([new Affine(1, 1)], { name: long }).summary().length).toBeLessThan(2000);
  });
});

describe("fault 79: nested arrays", () => {
  test("that contain themselves, or are 20,000 levels deep, are refused", () => {
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    let deep: unknown = 1;
    for (let i = 0; i < 20_000; i++) deep = [deep];
    for (const given of [cyclic, deep]) expect(errorOf(() => tensor(given as never)).allowed).toBe("at most 64 levels");
  });

  test("of more than 2^30 numbers, and rows that differ, are refused before memory is taken", () => {
    const before = process.memoryUsage().arrayBuffers, row = Array<number>(32_769).fill(0);
    expect(errorOf(() => tensor(Array<number[]>(32_769).fill(row))).name).toBe("OptionError");
    const ragged: unknown[] = [row, ...Array<number>(31_000).fill(0)];
    expect(errorOf(() => tensor(ragged as never)).where).toBe("tensor, at [1] (row 1)");
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });
});

test.each([new Add(), new Multiply(), new Concat()])("%s refuses a tensor that is not in an array", (layer) => {
  expect(errorOf(() => layer.forward(zeros([2, 3]) as never))).toMatchObject({
    name: "ShapeError", given: "a Tensor", allowed: "an array of Tensors",
  });
});

test("resume refuses a trainer, and any object but a checkpoint", () => {
  const optimizer = new SGD({ learningRate: 0.1 });
  const trainer = new Trainer(new Sequential([new Affine(2, 2)]), { loss: new CrossEntropy(), optimizer });
  for (const given of [trainer, { resume: () => [] }]) {
    expect(errorOf(() => trainer.resume(given as never)).allowed).toContain("what readCheckpoint returns");
  }
});
