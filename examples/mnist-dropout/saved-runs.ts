/** Where the runs of the main job are saved while it goes on, so that Ctrl-C, or a power cut, costs nothing. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { OptionError } from "chainrule";
import type { Arm } from "../../src/report/result.ts";
import { commandFor, usualFiles, type Options } from "./options.ts";

export class SavedRuns {
  /** Where this run is saved: no other run writes there, or removes it. */
  readonly folder: string;
  /** Where an interrupted run is kept that this one does not go on with. */
  readonly kept: string | undefined;
  private readonly resumes: boolean;

  /** Beside the file with the numbers. @throws OptionError if nothing is there to resume. */
  constructor({ json, resume }: Options) {
    const first = `${json.replace(/\.json$/, "")}.runs`, folderOf = (i: number) => (i === 1 ? first : `${first}-${i}`);
    const last = Math.max(0, ...numbersBeside(first));
    this.resumes = resume;
    if (resume && last === 0) {
      const given = `nothing saved in ${first}`, allowed = "a run that was interrupted";
      throw new OptionError({ where: "--resume", given, allowed, advice: "Leave it out to begin." });
    }
    this.folder = folderOf(resume ? last : last + 1);
    if (!resume && last > 0) this.kept = folderOf(last);
  }

  begin(): void {
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

/** The numbers of the folders that are there: 1 for the first, which has none in its name. */
function numbersBeside(first: string): readonly number[] {
  const names = existsSync(dirname(first)) ? readdirSync(dirname(first)) : [], name = basename(first);
  return names.flatMap((one) => {
    const number = one === name ? "1" : one.startsWith(`${name}-`) ? one.slice(name.length + 1) : "";
    return /^[1-9][0-9]{0,5}$/.test(number) ? [Number(number)] : [];
  });
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
