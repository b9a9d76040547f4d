/** The files of the results. */
import { OutputFile } from "../../report/file.node.ts";
import type { ExperimentResult } from "../../report/result.ts";
import { ChainruleError, OptionError } from "../../tensor/errors.ts";
import { figureFiles, type FigureFiles } from "./figures.node.ts";
import type { RunSettings } from "./flags.node.ts";

/** What is written, by kind. */
export interface Texts {
  readonly json: string;
  readonly report: string;
  readonly csv: string;
}

export class Outputs {
  private readonly files: readonly (readonly [keyof Texts, OutputFile])[];
  private readonly figures: FigureFiles | undefined;

  private constructor(files: Outputs["files"], figures: FigureFiles | undefined) {
    this.files = files;
    this.figures = figures;
  }

  /** Finds all of them writable before anything is trained. @throws OptionError naming the first that is not. */
  static async prepare(settings: RunSettings): Promise<Outputs> {
    const files: [keyof Texts, OutputFile][] = [];
    for (const kind of ["json", "report", "csv"] as const) {
      const path = settings[kind], flag = `--${kind}`;
      if (path === undefined) continue;
      const file = await OutputFile.prepare(flag, path), same = files.find(([, other]) => file.isSameAs(other));
      if (same !== undefined) {
        const given = `the file of --${same[0]}, ${JSON.stringify(path)}`;
        throw new OptionError({ where: flag, given, allowed: "a file of its own" });
      }
      files.push([kind, file]);
    }
    return new Outputs(files, settings.figures === undefined ? undefined : await figureFiles(settings.figures));
  }

  /** Writes what can be written; says which files are there now, and why others are not. */
  async write(texts: Texts, result: ExperimentResult, note: (sentence: string) => void): Promise<{
    readonly written: readonly string[]; readonly failed: readonly string[];
  }> {
    const written: string[] = [], failed: string[] = [];
    const attempt = async (work: () => readonly string[] | Promise<readonly string[]>) => {
      try {
        written.push(...await work());
      } catch (error) {
        if (!(error instanceof ChainruleError)) throw error;
        failed.push(error.message);
      }
    };
    for (const [kind, file] of this.files) {
      await attempt(() => {
        file.write(texts[kind]);
        return [file.name];
      });
    }
    const { figures } = this;
    if (figures !== undefined) await attempt(() => figures.write(result, note));
    return { written, failed };
  }
}
