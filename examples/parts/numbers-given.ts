import { parseArgs } from "node:util";

/** What a story runs with, unless it is given others: `npm run example -- lenet --train 1000 --epochs 1`. */
export function numbersGiven<Name extends string>(
  usual: Readonly<Record<Name, number>>,
): Record<Name, number> {
  const names = Object.keys(usual) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ options });
  const chosen: Record<Name, number> = { ...usual };
  for (const name of names) {
    const given = values[name];
    if (given !== undefined) chosen[name] = Number(given);
    if (!Number.isFinite(chosen[name])) throw new Error(`--${name} takes a number, not "${given}".`);
  }
  return chosen;
}
