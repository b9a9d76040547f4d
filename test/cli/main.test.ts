/** The command within this process, as far as it loads no file of the user's: what it prints, and its exit codes. */
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { main } from "../../src/cli/main.node.ts";

let out = "", err = "";
beforeEach(() => {
  out = err = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => { out += String(text); return true; });
  jest.spyOn(process.stderr, "write").mockImplementation((text) => { err += String(text); return true; });
});
afterEach(() => { jest.restoreAllMocks(); });

describe("chainrule", () => {
  test.each([[[]], [["--help"]], [["help"]]])("%j lists the commands", async (args) => {
    expect(await main(args)).toBe(0);
    for (const name of ["train", "trace", "check-layer"]) expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
  });

  test("an unknown command is refused with the nearest name", async () => {
    expect(await main(["trian"])).toBe(2);
    expect(err).toContain('There is no command "trian". Did you mean train?');
  });

  test.each(["train", "trace", "check-layer"])("%s --help says what it does", async (name) => {
    expect(await main([name, "--help"])).toBe(0);
    expect(out).toContain(`Usage: npx chainrule ${name}`);
  });
});

describe("train", () => {
  test("learns exclusive or", async () => {
    expect(await main(["train", "xor", "--epochs", "30", "--seed", "3"])).toBe(0);
    expect(Number(/unseen rows: ([\d.]+) %/.exec(out)?.[1])).toBeGreaterThan(90);
  });

  test("takes spirals and the digits", async () => {
    expect(await main(["train", "spirals", "--epochs", "1", "--hidden", "4", "--keep", "0.8"])).toBe(0);
    expect(await main(["train", "mnist", "--epochs", "1", "--hidden", "4"])).toBe(0);
    expect(out).toContain("mnist: ");
  });

  test.each([
    [["train", "xorr"], "xor"], [["train", "xor", "--epocs", "3"], "--epochs"], [["train", "xor", "--keep", "0"], "keep"],
    [["train", "xor", "--hidden", "0"], "hidden"], [["train", "xor", "--lr"], "lr"],
  ])("%j is refused", async (args, word) => {
    expect(await main(args)).toBe(2);
    expect(err).toContain(word);
  });
});

describe("trace", () => {
  test.each([
    [["trace", "--evl"], "--eval"], [["trace", "--step"], "terminal"],
    [["trace", "no-such-file.js"], "no-such-file.js"],
  ])("%j is refused", async (args, word) => {
    expect(await main(args)).toBe(2);
    expect(err).toContain(word);
  });
});

describe("check-layer", () => {
  const file = "test/fixtures/my-layer.ts";

  test.each([
    [["check-layer"], "file"], [["check-layer", "nowhere.js"], "nowhere.js"],
    [["check-layer", file, "--inptu", "4"], "--input"], [["check-layer", file, "--input", "x"], "input"],
  ])("%j is refused", async (args, word) => {
    expect(await main(args)).toBe(2);
    expect(err).toContain(word);
  });
});
