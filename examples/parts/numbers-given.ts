import { parseArgs } from "node:util";

/**
 * What a story runs with, unless it is given others: `npm run example -- lenet --train 1000 --epochs 1`. Flags, which
 * take no number, may stand between them.
 */
export function numbersGiven<Name extends string>(
  usual: Readonly<Record<Name, number>>, flags: readonly string[] = [],
): Record<Name, number> {
  const names = Object.keys(usual) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const args = process.argv.slice(2).filter((word) => !flags.some((flag) => word === `--${flag}`));
  const { values } = parseArgs({ args, options });
  const chosen: Record<Name, number> = { ...usual };
  for (const name of names) {
    const given = values[name];
    if (given !== undefined) chosen[name] = Number(given);
    if (!Number.isFinite(chosen[name])) throw new Error(`--${name} takes a number, not "${given}".`);
  }
  return chosen;
}

/** Whether a flag was given, as --full. */
export function flagGiven(flag: string): boolean {
  return process.argv.slice(2).includes(`--${flag}`);
}
