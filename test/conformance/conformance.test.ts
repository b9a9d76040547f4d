import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { conformance } from "../../conformance/run.ts";
import { SOURCES } from "../sources/process.ts";

const golden = resolve("../shared/golden");
const OFFERED = [
  "leaky_relu", "elu", "silu", "gelu", "sigmoid", "tanh", "softplus", "log_softmax", "batchnorm1d",
  "batchnorm1d_sequence", "layernorm", "conv2d", "maxpool2d", "avgpool2d", "embedding",
  "affine", "relu", "softmax", "dropout", "dropout_statistics", "cross_entropy", "cross_entropy_soft",
  "nll_of_probs", "max_norm", "graph", "optimizer", "mlp_training",
];

const tol = { f64: { rtol: 1e-9, atol: 1e-11 }, f32: { rtol: 1e-5, atol: 1e-6 } };

describe("the published golden vectors", () => {
  const exists = existsSync(golden);
  const check = exists ? test : test.skip;
  const because = exists ? "" : ` (skipped: there is no ${golden})`;

  check(`none fails, and every named op is offered${because}`, async () => {
    const { code, lines } = await run(golden);
    expect(lines[lines.length - 1]).toMatch(/^\d+ passed, 0 failed, \d+ not offered$/);
    expect(code).toBe(0);
    for (const op of OFFERED) {
      expect(lines.find((line) => line.startsWith(`${op}.json:`))).toMatch(/: \d+ passed/);
    }
  });
});

describe("a folder of golden vectors", () => {
  let folder = "";
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), "golden-")); });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (op: string, ...cases: object[]) => {
    const lines = cases.map((one, i) => ({ id: `${op}/${i}`, op, tol, ...one }));
    writeFileSync(join(folder, `${op}.json`), JSON.stringify({ format: "golden/1", op, cases: lines }));
  };

  test("passes in both dtypes where every number is right", async () => {
    write("relu", relu([-1, 0, 2], [0, 0, 2], [0, 0, 1]));
    expect(await run(folder)).toEqual({ code: 0, lines: [
      "relu.json: relu: 2 passed",
      "2 passed, 0 failed, 0 not offered",
    ] });
  });

  test("has a wrong value reported with its case, dtype, tensor and place", async () => {
    write("relu", relu([-1, 0, 2], [0, 0, 2.5], [0, 0, 1]));
    expect(await run(folder)).toEqual({ code: 1, lines: [
      "relu.json: relu: 2 failed",
      "  relu/0 float64: out[0, 2] is 2, not 2.5: off by 0.500, allowed 2.51e-9",
      "  relu/0 float32: out[0, 2] is 2, not 2.5: off by 0.500, allowed 0.0000260",
      "0 passed, 2 failed, 0 not offered",
    ] });
  });

  test("has the worst of several deviations reported", async () => {
    write("relu", relu([1, 2, 3], [1, 2, 3.5], [1, 7, 1]));
    expect((await run(folder)).lines[1]).toMatch("relu/0 float64: grads.x[0, 1] is 1, not 7");
  });

  test("passes where NaN meets NaN and an infinity itself", async () => {
    write("relu", relu(["NaN", "Infinity", "-Infinity"], ["NaN", "Infinity", 0], [1, 1, 0]));
    expect((await run(folder)).code).toBe(0);
  });

  test("fails where NaN is expected and a number comes, and the other way round", async () => {
    write("relu", relu([1, 2, 3], ["NaN", 2, 3], [1, 1, 1]), relu(["NaN", 2, 3], [0, 2, 3], [1, 1, 1]));
    const { code, lines } = await run(folder);
    expect(code).toBe(1);
    expect(lines).toContain("  relu/0 float64: out[0, 0] is 1, not NaN");
    expect(lines).toContain("  relu/1 float32: out[0, 0] is NaN, not 0");
  });

  test("fails where a finite number comes instead of an infinity, however large it is", async () => {
    write("relu", relu([1e38, 2, 3], ["Infinity", 2, 3], [1, 1, 1]));
    expect((await run(folder)).code).toBe(1);
  });

  test("passes in float32 where only float64 can hold the number and expect32 says so", async () => {
    // 2^99 is a float32, its square is not.
    const large = 2 ** 99, grads = { x: row(large), weight: row(large) };
    write("affine", {
      inputs: { x: row(large) }, params: { weight: row(large) }, dout: row(1),
      expect: { out: row(2 ** 198), grads }, expect32: { out: row("Infinity"), grads },
    });
    expect((await run(folder)).lines).toContain("affine.json: affine: 2 passed");
  });

  test("fails where a result is expected that was not computed", async () => {
    const wanted = relu([1, 2, 3], [1, 2, 3], [1, 1, 1]);
    write("relu", { ...wanted, expect: { ...wanted.expect, buffers: { mean: row(0) } } });
    expect((await run(folder)).lines[1]).toMatch("buffers.mean is expected, nothing was computed");
  });

  test("fails, with the error's message, where the framework refuses what the format asks for", async () => {
    write("relu", { ...relu([1, 2, 3], [1, 2, 3], [1, 1, 1]), dout: row(1) });
    expect((await run(folder)).lines[1]).toMatch(/relu\/0 float64: threw ShapeError: ReLU\.backward/);
  });

  test("has what the framework does not have counted as not offered, by name: op, optimizer, option", async () => {
    write("erf", relu([1, 2, 3], [9, 9, 9], [1, 1, 1]));
    write("lr_schedule", { attrs: { kind: "polynomial", lr: 1 } });
    const lr = 0.1;
    write("optimizer", { kind: "lion", attrs: { lr } }, { kind: "sgd", attrs: { lr, maximize: true } });
    write("relu", { ...relu([1, 2, 3], [9, 9, 9], [1, 1, 1]), attrs: { upper_limit: 6 } });
    expect(await run(folder)).toEqual({ code: 0, lines: [
      "erf.json: erf: 2 not offered (erf)",
      "lr_schedule.json: lr_schedule: 1 not offered (polynomial)",
      "optimizer.json: optimizer: 4 not offered (lion, maximize)",
      "relu.json: relu: 2 not offered (upper limit)",
      "0 passed, 0 failed, 9 not offered",
    ] });
  });

  test("has the documented refusal of keep = 0 counted as a pass, and says so", async () => {
    write("dropout", { ...relu([1, 2, 3], [0, 0, 0], [0, 0, 0]), attrs: { keep: 0 } });
    const [line] = (await run(folder)).lines;
    expect(line).toBe("dropout.json: dropout: 2 passed, 2 of them by a documented refusal (keep 0)");
  });

  test("finds masks that are not as likely as they should be", async () => {
    const expected = { kept_min: 600, kept_max: 700, mean_of_output_on_ones: [0, 2],
      lag_k_autocorrelation_abs_max: 1, lags: [1] };
    write("dropout_statistics", { attrs: { keep: 0.8, n: 1000 }, expect: expected });
    expect((await run(folder)).lines[1]).toMatch(/dropout_statistics\/0: units kept is \d+, allowed 600 to 700/);
  });

  test("is read without the folders in it and without other files", async () => {
    write("relu", relu([1, 2, 3], [1, 2, 3], [1, 1, 1]));
    mkdirSync(join(folder, "files"));
    mkdirSync(join(folder, "odd.json"));
    writeFileSync(join(folder, "files", "broken.json"), "{");
    writeFileSync(join(folder, "README.md"), "# Vectors");
    expect((await run(folder)).code).toBe(0);
  });

  test("that is missing, or has no golden file, ends with 2 and a message", async () => {
    const withMessage = (message: string) => ({ code: 2, lines: [expect.stringMatching(message)] });
    expect(await run(join(folder, "none"))).toEqual(withMessage("none: cannot be read"));
    expect(await run(folder)).toEqual(withMessage("there is no golden file"));
  });

  test.each([
    ["is not JSON", "{", "is not JSON"],
    ["has another format", '{"format":"golden/2"}', 'the format is "golden/2"'],
    ["is a list", "[]", "an object is expected"],
    ["has no cases", '{"format":"golden/1","op":"relu"}', "cases: a list is expected"],
    ["has a case without id", '{"format":"golden/1","op":"relu","cases":[{}]}', "id: a text is expected"],
    ["has too few numbers", fileWith({ shape: [2], dtype: "float", data: [1] }), "1 numbers in"],
    ["has words for numbers", fileWith({ shape: [1], dtype: "float", data: ["a"] }), "a number is expected"],
    ["has a tensor without dtype", fileWith({ shape: [1], data: [1] }), "a tensor { shape, dtype"],
    ["has a case without dout", fileWith({ shape: [1, 1], dtype: "float", data: [1] }), "dout: a tensor"],
  ])("with a file that %s ends with 2 and names the file", async (_, text, message) => {
    writeFileSync(join(folder, "relu.json"), text);
    const { code, lines } = await run(folder);
    expect(code).toBe(2);
    expect(lines[0]).toMatch("relu.json");
    expect(lines[0]).toMatch(message);
  });

  test("gives the process its exit code", () => {
    write("relu", relu([1], [2], [1]));
    const start = () => execFileSync(process.execPath, ["--import", SOURCES, "conformance/main.ts", folder]);
    expect(start).toThrow(expect.objectContaining({ status: 1, stdout: expect.anything() }));
  });
});

test("anything but one folder ends with 2 and says how to call it", async () => {
  const lines: string[] = [];
  expect(await conformance([], (line) => lines.push(line))).toBe(2);
  expect(lines[0]).toMatch("npm run conformance -- DIR");
});

function row(...data: (number | string)[]) {
  return { shape: [1, data.length], dtype: "float", data };
}

/** A case of ReLU, or of any layer without parameters, with ones coming back. */
function relu(x: (number | string)[], out: (number | string)[], dx: number[]) {
  const expected = { out: row(...out), grads: { x: row(...dx) } };
  return { inputs: { x: row(...x) }, dout: row(...x.map(() => 1)), expect: expected };
}

/** The text of a golden file with one case of ReLU. */
function fileWith(x: object): string {
  const cases = [{ id: "relu/0", tol, inputs: { x }, expect: {} }];
  return JSON.stringify({ format: "golden/1", op: "relu", cases });
}

async function run(folder: string): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  return { code: await conformance([folder], (line) => lines.push(line)), lines };
}
