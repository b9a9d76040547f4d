/** Which of the library's files computes a step. */

/** "ReLU" is in relu.ts, "LeakyReLU" in leaky-relu.ts, "Softmax and CrossEntropy" in cross-entropy.ts. */
export function sourceFileOf(kind: string, paths: readonly string[]): string | undefined {
  const [type] = /^\w+/.exec(kind.replace(/^.* and /, "")) ?? [];
  return paths.find((path) => path.replace(/^.*\/|\.ts$|-/g, "") === type?.toLowerCase());
}

/** The method that a phase runs, from its first line to its last; all lines if the file has none such. */
export function linesOf(text: string, phase: string): { readonly from: number; readonly lines: readonly string[] } {
  const lines = text.split("\n"),
    method = phase === "update" ? "applyUpdate" : phase === "backward" ? "backward" : "forward";
  const start = lines.findIndex((line) =>
    new RegExp(`^  (?:(?:override|protected|private|readonly) )*${method}\\(`).test(line),
  );
  if (start < 0) return { from: 1, lines };
  const end = lines.findIndex((line, i) => i >= start && line === "  }");
  return { from: start + 1, lines: lines.slice(start, end + 1) };
}
