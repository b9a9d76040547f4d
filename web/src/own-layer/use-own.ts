/** Own layers in Step and Train: their code is part of the link, and runs only after its reader agreed. */
import { useEffect, useState } from "preact/hooks";
import { messageOf } from "../ui/message-of.ts";

/** Code that was written, or agreed to, in this visit. */
const agreed = new Set<string>();

export function agreeTo(code: string): void {
  agreed.add(code);
}

export interface OwnScript {
  /** Where a worker finds it, if the network has one. */
  readonly address: string | undefined;
  /** Whether the network can be built: it has no layer of the user's own, or its script is ready. */
  readonly isReady: boolean;
  /** Why not. */
  readonly failed: string | undefined;
  /** To be called when the reader agrees to run it; undefined if nothing is asked. */
  readonly agree: (() => void) | undefined;
}

export function useOwn(layers: string, code: string): OwnScript {
  const isUsed = /(^|[,(])own\b/.test(layers) && code !== "";
  const [, setRound] = useState(0),
    [served, setServed] = useState<{ readonly code: string; readonly address: string }>();
  const [failed, setFailed] = useState<string>(),
    mayRun = isUsed && agreed.has(code);
  useEffect(() => {
    if (!mayRun) return;
    serve(code).then(
      (address) => {
        setServed({ code, address });
        setFailed(undefined);
      },
      (error: unknown) => setFailed(messageOf(error)),
    );
  }, [mayRun, code]);
  const address = mayRun && served?.code === code ? served.address : undefined;
  return {
    address,
    isReady: !isUsed || address !== undefined,
    failed: isUsed ? failed : undefined,
    agree:
      isUsed && !mayRun
        ? () => {
            agreeTo(code);
            setRound((round) => round + 1);
          }
        : undefined,
  };
}

async function serve(code: string): Promise<string> {
  const { serveScript, whyOff } = await import("./script.ts"),
    { transpiled } = await import("./transpile.ts"),
    off = await whyOff();
  if (off !== undefined) throw new Error(off);
  return serveScript(transpiled(code));
}
