import { describe, expect, test } from "@jest/globals";
import { enableTurbo } from "../../src/backends/wasm/turbo.node.ts";

const works = Number(process.versions.node.split(".")[0]) >= 24 && process.arch === "x64";

describe("enableTurbo", () => {
  test("says in one sentence whether it is on, and why", () => {
    const { enabled, reason } = enableTurbo();
    expect(reason).toMatch(/^Turbo .*\.$/);
    if (!works) expect(enabled).toBe(false);
  });
});
