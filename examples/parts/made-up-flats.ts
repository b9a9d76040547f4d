import { toys } from "chainrule";

/** Districts, and what a square metre costs there, in thousands. */
const NORTH = ["north", 2] as const, DISTRICTS = [NORTH, ["harbour", 3.5], ["old town", 5]] as const;

/** CSV text about flats: every seventh floor is not known, and no price is quite what size and district say. */
export function madeUpFlats(rows: number): string {
  // The x of a toy set is spread evenly from -1 to 1, by chance.
  const { data } = toys.line({ rows: 4 * rows, seed: 1 }).x, chance = (i: number) => ((data[i] ?? 0) + 1) / 2;
  const lines = Array.from({ length: rows }, (_, i) => {
    const [district, rate] = DISTRICTS[Math.floor(chance(4 * i) * 3)] ?? NORTH;
    const size = 20 + Math.round(chance(4 * i + 1) * 100);
    const floor = Math.floor(chance(4 * i + 2) * 6), noise = 10 * (chance(4 * i + 3) - 0.5);
    const price = size * rate + 4 * floor + noise;
    return `${i + 1},${size},${district},${i % 7 === 3 ? "" : floor},${price.toFixed(1)}`;
  });
  return `id,size,district,floor,price\n${lines.join("\n")}\n`;
}
