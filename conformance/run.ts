import type { DType } from "chainrule";
import { NotOffered, Refused, type Adapter } from "./adapter.ts";
import { worstOf } from "./compare.ts";
import { FormatError, messageOf } from "./fields.ts";
import { manifestFolder, runFiles } from "./files.ts";
import { readFolder, type Case, type GoldenFile } from "./golden.ts";
import { graph } from "./graph.ts";
import { layerAlone, layers } from "./layers.ts";
import {
  binaryCrossEntropy, crossEntropy, crossEntropySoft, meanSquaredError, negativeLogLikelihood,
} from "./losses.ts";
import { clipNorm, maxNorm, optimizer } from "./optimizers.ts";
import { learningRates } from "./schedules.ts";
import { batchNormSequence } from "./normalizations.ts";
import { dropoutStatistics } from "./statistics.ts";
import { training } from "./training.ts";

const adapters: ReadonlyMap<string, Adapter> = new Map([
  ...[...layers.keys()].map((op): [string, Adapter] => [op, layerAlone]),
  ["batchnorm1d_sequence", batchNormSequence],
  ["cross_entropy", crossEntropy], ["cross_entropy_soft", crossEntropySoft],
  ["nll_of_probs", negativeLogLikelihood],
  ["mse", meanSquaredError], ["bce_with_logits", binaryCrossEntropy],
  ["clip_grad_norm", clipNorm], ["lr_schedule", learningRates],
  ["graph", graph], ["optimizer", optimizer], ["max_norm", maxNorm],
  ["mlp_training", training], ["dropout_statistics", dropoutStatistics],
]);

/** Ops whose cases say nothing about the numbers' precision. */
const ONCE = ["lr_schedule", "dropout_statistics"];

/** What came of one case in one dtype. */
type Verdict =
  | { readonly kind: "passed" }
  | { readonly kind: "refused" | "not offered" | "failed"; readonly why: string };

/**
 * Puts the golden vectors of a folder to the framework, and the files for its loaders, which lie in "files/" or
 * in the folder itself; `say` hears the report line by line.
 * Gives what the process should exit with: 0, 1 where anything failed, 2 where the vectors cannot be read.
 */
export async function conformance(
  args: readonly string[], say: (line: string) => void, complain = say,
): Promise<0 | 1 | 2> {
  try {
    if (args.length !== 1) throw new FormatError("say npm run conformance -- DIR, a golden folder");
    const [folder] = args, files = manifestFolder(folder), total = { passed: 0, failed: 0, notOffered: 0 };
    const add = (counts: typeof total) => {
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.notOffered += counts.notOffered;
    };
    for (const file of files === folder ? [] : readFolder(folder)) {
      add(runFile(file, say));
      // Lets Ctrl-C be noticed.
      await new Promise((resume) => { setImmediate(resume); });
    }
    if (files !== undefined) add(await runFiles(files, say));
    say(`${total.passed} passed, ${total.failed} failed, ${total.notOffered} not offered`);
    return total.failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    complain(`conformance: ${error.message}`);
    return 2;
  }
}

function runFile({ name, op, cases }: GoldenFile, say: (line: string) => void) {
  const dtypes: readonly DType[] = ONCE.includes(op) ? ["float64"] : ["float64", "float32"];
  const results = cases.flatMap((golden) => dtypes.map((dtype) => {
    return { golden, dtype, verdict: judge(golden, dtype) };
  }));
  const failures = results.flatMap(({ golden, dtype, verdict }) => {
    const label = dtypes.length === 1 ? golden.id : `${golden.id} ${dtype}`;
    return verdict.kind === "failed" ? [`  ${label}: ${verdict.why}`] : [];
  });
  const reasons = (kind: "refused" | "not offered") => {
    return results.flatMap(({ verdict }) => (verdict.kind === kind ? [verdict.why] : []));
  };
  const refused = reasons("refused"), missing = reasons("not offered");
  const passed = results.length - failures.length - missing.length;
  const parts = [
    passed > 0 ? `${passed} passed` : "",
    refused.length > 0 ? `${refused.length} of them by a documented refusal (${named(refused)})` : "",
    failures.length > 0 ? `${failures.length} failed` : "",
    missing.length > 0 ? `${missing.length} not offered (${named(missing)})` : "",
  ];
  say(`${name}: ${op}: ${parts.filter((part) => part !== "").join(", ")}`);
  for (const line of failures) say(line);
  return { passed, failed: failures.length, notOffered: missing.length };
}

function named(reasons: readonly string[]): string {
  return [...new Set(reasons)].join(", ");
}

function judge(golden: Case, dtype: DType): Verdict {
  const adapter = adapters.get(golden.op);
  if (adapter === undefined) return { kind: "not offered", why: golden.op };
  try {
    const misses = adapter(golden, dtype);
    return misses.length === 0 ? { kind: "passed" } : { kind: "failed", why: worstOf(misses).message };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    if (error instanceof NotOffered) return { kind: "not offered", why: error.message };
    if (error instanceof Refused) return { kind: "refused", why: error.message };
    const name = error instanceof Error ? error.name : "a value";
    return { kind: "failed", why: `threw ${name}: ${messageOf(error)}` };
  }
}
