/** One curve: a value for each epoch, drawn with its own letter. */
export interface Curve {
  readonly mark: string;
  readonly name: string;
  readonly values: readonly number[];
}

/**
 * Several curves in one chart of characters. Values stand on a logarithmic scale, cut off where they leave
 * `least` .. `most`; where curves meet, the later one hides the earlier.
 */
export function curveChart(curves: readonly Curve[], least: number, most: number): string {
  const width = 64, height = 14;
  const rows = Array.from({ length: height }, () => Array.from({ length: width }, () => " "));
  const span = Math.log(most / least);
  const rowOf = (value: number) => Math.round((Math.log(most / value) / span) * (height - 1));
  for (const { mark, values } of curves) {
    for (let column = 0; column < width; column++) {
      const value = values[Math.round((column / (width - 1)) * (values.length - 1))] ?? NaN;
      const row = Number.isFinite(value) ? rows[rowOf(Math.min(most, Math.max(least, value)))] : undefined;
      if (row !== undefined) row[column] = mark;
    }
  }
  const valueAt = (row: number) => most * Math.exp((-row / (height - 1)) * span);
  const lines = rows.map((row, i) => {
    const label = i % 3 === 0 ? valueAt(i).toPrecision(2) : "";
    return `${label.padStart(8)} |${row.join("")}`.trimEnd();
  });
  const names = curves.map(({ mark, name }) => `${mark} ${name}`).join("   ");
  const last = String(Math.max(...curves.map(({ values }) => values.length)));
  const margin = " ".repeat(10), epochs = `1${"epoch".padStart(width / 2)}${last.padStart(width / 2 - 1)}`;
  return [...lines, `${margin.slice(1)}+${"-".repeat(width)}`, margin + epochs, margin + names].join("\n");
}
