/** Checks a user's layer, in a worker that the page ends if it takes too long. */
import { checkLayer, formatLayerReport, type Shape } from "chainrule";
import { loadOwnLayer } from "./load.ts";

export interface CheckRequest {
  readonly address: string;
  readonly shape: Shape;
}

export type CheckAnswer =
  | {
      readonly type: "report";
      readonly layer: string;
      readonly passed: boolean;
      readonly text: string;
      readonly failed: readonly {
        readonly name: string;
        readonly message: string;
        readonly diagnosis: string | undefined;
      }[];
    }
  /** The user's line that threw, if the engine tells. */
  | { readonly type: "threw"; readonly message: string; readonly line: number | undefined };

self.onmessage = ({ data: { address, shape } }: MessageEvent<CheckRequest>) => {
  void (async () => {
    try {
      const { name, make } = await loadOwnLayer(address),
        report = checkLayer(() => make(), shape);
      const failed = report.checks.filter(({ passed }) => !passed);
      answer({
        type: "report",
        layer: name,
        passed: report.passed,
        text: formatLayerReport(report),
        failed: failed.map(({ name: check, message, diagnosis }) => ({ name: check, message, diagnosis })),
      });
    } catch (error) {
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const [, line] = /own-layer\/[0-9a-f]+\.js:(\d+)/.exec(error instanceof Error ? (error.stack ?? "") : "") ?? [];
      answer({ type: "threw", message, line: line === undefined ? undefined : Number(line) });
    }
  })();
};

function answer(message: CheckAnswer): void {
  self.postMessage(message);
}
