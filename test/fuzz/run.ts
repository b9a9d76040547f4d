import { ChainruleError } from "chainrule";
import { Dice, mutated } from "./mutate.ts";
import { SAMPLES, type Arrays, type Sample } from "./samples.ts";

/** No file takes longer than this. */
const MOST_MILLISECONDS = 1000;
/** Files before memory is first measured: by then the engine has compiled what it will. */
const WARM_UP = 500;

export interface Row {
  files: number;
  loaded: number;
  refused: number;
  slowest: number;
}

export interface FuzzReport {
  readonly rows: ReadonlyMap<string, Row>;
  readonly failures: readonly string[];
  /** By how much the process has grown at most, in MB. */
  readonly growth: number;
}

/** What is slow runs up to five times, and the fastest counts: the garbage collector may have worked in between. */
async function timed(run: () => Promise<string>): Promise<readonly [string, number]> {
  let outcome = "", least = Infinity;
  for (let i = 0; i < 5 && least >= MOST_MILLISECONDS; i++) {
    const before = process.cpuUsage();
    outcome = await run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return [outcome, least];
}

/** Puts so many damaged files to the loaders: each must load, or be refused by an error of the framework. */
export async function fuzz(files: number, seed: number): Promise<FuzzReport> {
  const rows = new Map<string, Row>(), failures: string[] = [];
  const originals = await originalsOf(SAMPLES), formats = byFormat(SAMPLES);
  let start = Infinity, peak = 0;
  for (let number = 0; number < files; number++) {
    const dice = new Dice(seed * 1_000_003 + number), sample = dice.one(formats[number % formats.length]);
    const file = sample.pack(mutated(sample.bytes, dice, dice.one(SAMPLES).bytes));
    const row = rows.get(sample.format) ?? { files: 0, loaded: 0, refused: 0, slowest: 0 };
    rows.set(sample.format, row);
    const [outcome, took] = await timed(() => outcomeOf(sample, file, originals));
    row.files++;
    row.slowest = Math.max(row.slowest, took);
    if (outcome === "loaded" || outcome === "refused") row[outcome]++;
    else failures.push(`${sample.format}, file ${number} of seed ${seed}: ${outcome}`);
    if (took >= MOST_MILLISECONDS) failures.push(`${sample.format}, file ${number} of seed ${seed}: took ${took} ms`);
    if (number % 500 !== 0) continue;
    const now = process.memoryUsage().rss;
    if (number >= WARM_UP) start = Math.min(start, now);
    peak = Math.max(peak, now);
  }
  const growth = Number.isFinite(start) ? (peak - start) / 1e6 : 0;
  return { rows, failures, growth };
}

function byFormat(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const names = new Set(samples.map(({ format }) => format));
  return [...names].map((name) => samples.filter(({ format }) => format === name));
}

async function originalsOf(samples: readonly Sample[]): Promise<ReadonlySet<string>> {
  const originals = new Set<string>();
  for (const { pack, bytes, load, checked } of samples) {
    const arrays = await load(pack(bytes));
    if (checked !== undefined) describe(arrays, checked).forEach((text) => originals.add(text));
  }
  return originals;
}

/** What makes arrays the same: bit for bit, NaNs too. */
function describe(arrays: Arrays, checked: "file" | "numbers"): readonly string[] {
  const texts = Array.from(arrays, ([name, { dtype, shape, data }]) => {
    const bits = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex");
    return JSON.stringify([checked === "file" ? name : "", dtype, shape, bits]);
  });
  return checked === "file" ? [JSON.stringify(texts)] : texts;
}

/** "loaded", "refused", or what is wrong. */
async function outcomeOf(
  { load, checked, bytes }: Sample, file: Uint8Array, originals: ReadonlySet<string>,
): Promise<string> {
  try {
    const arrays = await load(file);
    // What has got another beginning may be a file of another format, without a checksum.
    const isProtected = checked === "file" || (file[0] === bytes[0] && file[1] === bytes[1]);
    const isOriginal = checked === undefined || !isProtected
      || describe(arrays, checked).every((text) => originals.has(text));
    if (!isOriginal) return `other numbers were taken: ${Buffer.from(file).toString("base64")}`;
    for (const array of arrays.values()) array.toTensor();
    return "loaded";
  } catch (error) {
    if (error instanceof ChainruleError) return "refused";
    return `${String(error)} for ${Buffer.from(file).toString("base64")}`;
  }
}

/** A line for each format, then one for all. */
export function tableOf({ rows, failures, growth }: FuzzReport): string {
  const line = (name: string, { files, loaded, refused, slowest }: Row) =>
    [name.padEnd(24), ...[files, loaded, refused].map((count) => String(count).padStart(9)),
      `${slowest.toFixed(1)} ms`.padStart(12)].join("");
  const all = { files: 0, loaded: 0, refused: 0, slowest: 0 };
  for (const row of rows.values()) {
    all.files += row.files;
    all.loaded += row.loaded;
    all.refused += row.refused;
    all.slowest = Math.max(all.slowest, row.slowest);
  }
  const words = ["files", "loaded", "refused"].map((word) => word.padStart(9)).join("");
  const head = `${"format".padEnd(24)}${words}${"slowest".padStart(12)}`;
  return [head, ...Array.from(rows, ([name, row]) => line(name, row)), line("all", all),
    `memory grew by ${growth.toFixed(0)} MB; ${failures.length} failures`, ...failures.slice(0, 20)].join("\n");
}
