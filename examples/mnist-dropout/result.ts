/** Gathers the main job's results into the document and the pictures. */
import { OptionError, Tensor, type Dataset } from "chainrule";
import { OutputFile } from "../../src/report/file.node.ts";
import type { Arm, Exhibits, ExperimentResult, Misread, Summary } from "../../src/report/result.ts";
import { measuredCount } from "./digits.ts";
import { commandFor, settingsOf, VERSION, type Options } from "./options.ts";
import type { Outcome } from "./run-arm.ts";

/** As many misread digits as a report may choose from. */
const MOST = 600;

function outcomeOf(outcomes: readonly Outcome[], arm: Arm): Outcome {
  const found = outcomes.find(({ run }) => run.arm === arm);
  if (found === undefined) throw new Error(`No outcome of the ${arm} network`);
  return found;
}

/** First-layer weights, and the test digits that at least one of the networks misread, of the first seed. */
export function exhibitsOf(outcomes: readonly Outcome[], options: Options, test: Dataset): Exhibits {
  const plain = outcomeOf(outcomes, "plain").trained, dropout = outcomeOf(outcomes, "dropout").trained;
  const labels = test.labels instanceof Tensor ? test.labels.data : test.labels;
  const misread: Misread[] = [];
  for (let row = 0; row < test.size && misread.length < MOST; row++) {
    const readingIn = (digits: ArrayLike<number>) => digits[row] ?? NaN;
    const reading = {
      label: readingIn(labels), plain: readingIn(plain.readings), dropout: readingIn(dropout.readings),
    };
    if (reading.plain === reading.label && reading.dropout === reading.label) continue;
    misread.push({ ...reading, pixels: Array.from(test.rows([row]).x.data) });
  }
  const [units = 0] = options.hidden;
  const weights = ({ weights: values }: Outcome["trained"]) => ({ units, values: Array.from(values) });
  return { weights: { plain: weights(plain), dropout: weights(dropout) }, misread };
}

function speed(outcomes: readonly Outcome[], arm: Arm): number {
  const ofArm = outcomes.filter(({ run }) => run.arm === arm);
  const sum = (value: (outcome: Outcome) => number) => ofArm.reduce((total, of) => total + value(of), 0);
  return sum(({ samples }) => samples) / sum(({ seconds }) => seconds);
}

/** Both files, found writable before anything is trained. */
export async function outputFiles({ json, report }: Options): Promise<readonly [OutputFile, OutputFile]> {
  const numbers = await OutputFile.prepare("--json", json);
  const pictures = await OutputFile.prepare("--report", report);
  if (!numbers.isSameAs(pictures)) return [numbers, pictures];
  const given = `the file of --json, ${JSON.stringify(report)}`;
  throw new OptionError({ where: "--report", given, allowed: "a file of its own" });
}

/** All that is written to the JSON file. The clock has a say in `timing` alone. */
export function resultOf(
  outcomes: readonly Outcome[], summary: Summary, options: Options, digest: string, seconds: number,
): ExperimentResult {
  const measured = measuredCount(options);
  return {
    options: { ...settingsOf(options) },
    versions: { chainrule: VERSION, node: process.versions.node },
    data: { digest, trainErrorOn: measured < options.train ? measured : null },
    command: commandFor(options),
    runs: outcomes.map(({ run }) => run),
    summary,
    timing: {
      seconds, samplesPerSecond: { plain: speed(outcomes, "plain"), dropout: speed(outcomes, "dropout") },
    },
  };
}
