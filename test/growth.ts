import { execFileSync } from "node:child_process";
import { OWN_PROCESS, type Growth } from "../bench/growth.ts";
import { SOURCES } from "./sources/process.ts";

/** What a program prints that measures growth; it runs in a process of its own. */
export function growthIn(program: string, ...args: readonly string[]): ReadonlyMap<string, Growth> {
  const text = execFileSync(process.execPath, [...OWN_PROCESS, "--import", SOURCES, program, ...args], { encoding: "utf8" });
  return new Map(Object.entries(JSON.parse(text) as Record<string, Growth>));
}
