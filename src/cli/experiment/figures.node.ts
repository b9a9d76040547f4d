/** Each figure of a result as a picture of its own: SVG, and PNG where a package that draws is installed. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OutputFile } from "../../report/file.node.ts";
import { figuresOf } from "../../report/figures.ts";
import type { ExperimentResult } from "../../report/result.ts";
import { loadPainter, PAINTER } from "../painter.node.ts";

export interface FigureFiles {
  /** Returns the names of the files. @param note called if there can be no PNG. */
  write(result: ExperimentResult, note: (sentence: string) => void): Promise<readonly string[]>;
}

/** @throws OptionError if nothing can be written there. */
export async function figureFiles(folder: string): Promise<FigureFiles> {
  await OutputFile.prepare("--figures", join(folder, "figure.svg"));
  return {
    async write(result, note) {
      const names: string[] = [], painter = loadPainter();
      for (const { name, chart } of figuresOf(result)) {
        const path = join(folder, `${name.replace(/[^\w.-]+/g, "-")}.svg`), svg = chart.svg();
        const file = await OutputFile.prepare("--figures", path);
        file.write(svg);
        names.push(path);
        const png = await painter?.(svg);
        if (png === undefined) continue;
        await writeFile(path.replace(/svg$/, "png"), png);
        names.push(path.replace(/svg$/, "png"));
      }
      if (painter === undefined) note(`The figures are SVG only: npm install ${PAINTER} makes PNG of them, too.`);
      return names;
    },
  };
}
