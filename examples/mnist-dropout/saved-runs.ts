/** Where the runs of the main job are saved while it goes on, so that Ctrl-C, or a power cut, costs nothing. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { OptionError } from "chainrule";
import type { Arm } from "../../src/report/result.ts";
import { commandFor, usualFiles, type Options } from "./options.ts";

export class SavedRuns {
  readonly folder: string;
  private readonly resumes: boolean;

  /** Beside the file with the numbers. @throws OptionError where nothing is there to resume. */
  constructor({ json, resume }: Options) {
    this.folder = `${json.replace(/\.json$/, "")}.runs`;
    this.resumes = resume;
    if (resume && !existsSync(this.folder)) {
      const given = `nothing saved in ${this.folder}`, allowed = "a run that was interrupted";
      throw new OptionError({ where: "--resume", given, allowed, advice: "Leave it out to begin." });
    }
  }

  /** Whether an interrupted run is about to be written over. */
  get isForgotten(): boolean {
    return !this.resumes && existsSync(this.folder);
  }

  begin(): void {
    if (!this.resumes) this.remove();
    mkdirSync(this.folder, { recursive: true });
  }

  /** The file of one run, and whether it goes on from there. A run that had not begun begins. */
  of(arm: Arm, seed: number): { path: string; resumes: boolean } {
    const path = `${this.folder}/${arm}-${seed}.safetensors`;
    return { path, resumes: this.resumes && existsSync(path) };
  }

  /** Once all is written that they were for. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What to type to go on with an interrupted run. */
export function commandToResume(options: Options): string {
  const command = commandFor(options), usual = usualFiles(options.full);
  return [
    command, ...(command.includes(" -- ") ? [] : ["--"]),
    ...(options.json === usual.json ? [] : [`--json ${options.json}`]),
    ...(options.report === usual.report ? [] : [`--report ${options.report}`]), "--resume",
  ].join(" ");
}
