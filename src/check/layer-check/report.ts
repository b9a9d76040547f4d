import type { Check, CheckReport } from "../report.ts";
import type { LayerCheckName } from "./checks.ts";

/** One check of a layer, and how it went; the diagnosis of a known mistake has one of the names in KNOWN_MISTAKES. */
export interface LayerCheck extends Check {
  readonly name: LayerCheckName;
}

/** All checks of a layer; format() prints it. */
export interface LayerReport extends CheckReport {
  readonly checks: readonly LayerCheck[];
}
