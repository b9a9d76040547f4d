/** A large table: how long a schema takes to read it, beside Python's csv module, and how much memory. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fitTable, readTable } from "../src/node.ts";

const ROWS = 1_000_000, COLUMNS = 20;
/** So many rows are written at a time, and learned from. */
const SLICE = 10_000;
const ROUNDS = 3;

const PYTHON = `
import csv, sys, time
start = time.perf_counter()
with open(sys.argv[1], newline="") as file:
    lines = csv.reader(file)
    next(lines)
    rows = [[float(cell) for cell in line] for line in lines]
print(1000 * (time.perf_counter() - start))
`;

export interface TableReading {
  readonly milliseconds: number;
  /** The same by Python's csv module and float(); undefined where there is no Python. */
  readonly python: number | undefined;
  readonly megabytes: { readonly text: number; readonly tensors: number; readonly peak: number };
}

/** What the child process prints: milliseconds, bytes of text and tensors, and the most memory beyond its start. */
interface Answer {
  readonly milliseconds: number;
  readonly text: number;
  readonly tensors: number;
  readonly peak: number;
}

/** Medians over processes of their own, in turns. */
export function readLargeTable(): TableReading {
  const folder = mkdtempSync(join(tmpdir(), "bench-table-")), path = join(folder, "numbers.csv");
  try {
    writeTable(path);
    const python: number[] = [], own: Answer[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      python.push(Number.parseFloat(spawnSync("python3", ["-c", PYTHON, path], { encoding: "utf8" }).stdout ?? ""));
      const args = ["--import", "tsx", fileURLToPath(import.meta.url), path];
      own.push(JSON.parse(spawnSync(process.execPath, args, { encoding: "utf8" }).stdout) as Answer);
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
    const theirs = median(python), [{ text, tensors }] = own;
    return {
      milliseconds: median(own.map(({ milliseconds }) => milliseconds)),
      python: Number.isFinite(theirs) ? theirs : undefined,
      megabytes: { text: text / 1e6, tensors: tensors / 1e6, peak: Math.max(...own.map(({ peak }) => peak)) / 1e6 },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Numbers of eight digits without a pattern: the fractions of multiples of √2. */
function writeTable(path: string): void {
  const file = openSync(path, "w");
  writeSync(file, `${Array.from({ length: COLUMNS }, (_, j) => `c${j}`).join(",")}\n`);
  for (let start = 0; start < ROWS; start += SLICE) {
    let text = "";
    for (let r = start; r < start + SLICE; r++) {
      for (let j = 0; j < COLUMNS; j++) {
        text += (((r * COLUMNS + j + 1) * Math.SQRT2) % 1 - 0.5).toFixed(8) + (j < COLUMNS - 1 ? "," : "\n");
      }
    }
    writeSync(file, text);
  }
  closeSync(file);
}

/** In a process of its own: reads the file by a schema that was learned from its first rows. */
function readBySchema(path: string): void {
  const before = process.memoryUsage().rss, bytes = readFileSync(path), label = `c${COLUMNS - 1}`;
  const few = readTable(bytes.subarray(0, bytes.indexOf(10, 100 * SLICE) + 1));
  const schema = fitTable(few, { label }), start = performance.now();
  const { x, labels } = schema.dataset(bytes), milliseconds = performance.now() - start;
  const tensors = x.data.byteLength + ("data" in labels ? labels.data.byteLength : 0);
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  console.log(JSON.stringify({ milliseconds, text: bytes.length, tensors, peak }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) readBySchema(process.argv[2]);
