import type { LayerCheckName } from "./checks.ts";

/** One check of a layer, and how it went. */
export interface LayerCheck {
  readonly name: LayerCheckName;
  readonly passed: boolean;
  /** What was seen. */
  readonly message: string;
  /** Where the mistake is a known one: its name (one of KNOWN_MISTAKES), what it usually means, and a question. */
  readonly diagnosis?: string;
}

/** All checks of a layer; format() prints it. */
export interface LayerReport {
  readonly passed: boolean;
  readonly checks: readonly LayerCheck[];
  /** What was not checked, in sentences. */
  readonly notes?: readonly string[];
}
