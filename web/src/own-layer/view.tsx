import type { Shape } from "chainrule";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PartProps } from "../app.tsx";
import { text } from "../link/fields.ts";
import { useLinked } from "../link/link.ts";
import { readShape, SHAPE } from "../network/shape.ts";
import { Choice, Message, Retry, TextInput } from "../ui/inputs.tsx";
import type { CheckAnswer, CheckRequest } from "./checker.ts";
import type { Editor, Mark } from "./editor.ts";
import { placeOf } from "./place.ts";
import { SAMPLE_NAMES, SAMPLES } from "./samples.ts";
import { agreeTo } from "./use-own.ts";
import { serveScript, whyOff } from "./script.ts";
import { messageOf } from "../ui/message-of.ts";

const FIELDS = {
  code: text(SAMPLES.swish, 8000),
  input: text("4", 20, SHAPE, (given) => readShape(given) !== undefined),
};
/** A layer that answers no sooner is ended. */
const SECONDS = 20;

type Outcome = CheckAnswer | { readonly type: "ended" };

export function OwnLayerPart({ given }: PartProps) {
  const { values, refused, set } = useLinked("own-layer", FIELDS, given);
  const host = useRef<HTMLDivElement>(null),
    editor = useRef<Editor>(null),
    current = useRef(values.code);
  const [off, setOff] = useState<string>(),
    [isReady, setReady] = useState(false),
    [isChecking, setChecking] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(),
    [loading, setLoading] = useState<string>(),
    [attempt, setAttempt] = useState(0);
  current.current = values.code;
  const write = useRef((_: string) => undefined as void);
  write.current = (code) => set({ code });

  useEffect(() => {
    let isGone = false;
    void whyOff().then((why) => {
      if (!isGone) {
        setOff((before) => before ?? why);
        setReady(true);
      }
    });
    return () => {
      isGone = true;
    };
  }, []);
  useEffect(() => {
    let isGone = false;
    setLoading("Loading the editor…");
    import("./editor.ts").then(
      ({ createEditor }) => {
        if (isGone || host.current === null) return;
        editor.current = createEditor(host.current, current.current, (code) => write.current(code));
        setLoading(undefined);
      },
      (error: unknown) => !isGone && setLoading(`The editor could not be loaded: ${messageOf(error)}`),
    );
    return () => {
      isGone = true;
      editor.current?.destroy();
    };
  }, [attempt]);

  async function check() {
    setChecking(true);
    const found = await run(values.code, readShape(values.input) ?? [4]);
    setOutcome(found);
    setChecking(false);
    editor.current?.mark(marksOf(found, values.code));
  }
  return (
    <>
      {refused.map((one) => (
        <Message key={one} kind="wrong">
          {one}
        </Message>
      ))}
      {off !== undefined && <Message kind="wrong">{off}</Message>}
      <div class="row">
        <Choice<string>
          label="start from"
          value=""
          from={{ "": "choose a sample…", ...SAMPLE_NAMES }}
          onChange={(name) => {
            if (name !== "swish" && name !== "cube" && name !== "dropout") return;
            editor.current?.setText(SAMPLES[name]);
            setOutcome(undefined);
          }}
        />
        <TextInput
          label="shape of a row (4, or 2x3x3)"
          field={FIELDS.input}
          value={values.input}
          onChange={(input) => set({ input })}
        />
        <button
          type="button"
          class="main"
          disabled={!isReady || off !== undefined || isChecking}
          onClick={() => void check()}
        >
          {isChecking ? "Checking…" : "Check"}
        </button>
      </div>
      {loading !== undefined && (
        <Message>
          {loading} {loading.includes("could not") && <Retry onRetry={() => setAttempt(attempt + 1)} />}
        </Message>
      )}
      <div class="editor-host" ref={host} />
      <div aria-live="polite">{outcome !== undefined && <Report outcome={outcome} code={values.code} />}</div>
      {outcome?.type === "report" && <UseIt code={values.code} />}
    </>
  );
}

/** Links that put the layer into a network. */
function UseIt({ code }: { readonly code: string }) {
  const link = (tab: "step" | "train", more: Readonly<Record<string, string>>) =>
    `#${tab}?${new URLSearchParams({ ...more, own: code }).toString()}`;
  const train = { data: "spirals", aLayers: "affine:16,relu", bLayers: "affine:16,own" };
  return (
    <p class="row">
      <a href={link("step", { layers: "affine:4,own,affine:2,softmax" })} onClick={() => agreeTo(code)}>
        Step through a network with it
      </a>
      <a href={link("train", train)} onClick={() => agreeTo(code)}>
        Train one beside ReLU
      </a>
    </p>
  );
}

/** Transpiles, serves and checks a layer; a worker that does not answer is ended. */
async function run(code: string, shape: Shape): Promise<Outcome> {
  let address: string;
  try {
    const { transpiled } = await import("./transpile.ts");
    address = await serveScript(transpiled(code));
  } catch (error) {
    const message = messageOf(error),
      [, line] = /\((\d+):\d+\)/.exec(message) ?? [];
    return { type: "threw", message, line: line === undefined ? undefined : Number(line) };
  }
  const worker = new Worker(new URL("./checker.ts", import.meta.url), { type: "module" });
  try {
    return await new Promise<Outcome>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<CheckAnswer>) => resolve(data);
      worker.onerror = ({ message }) => resolve({ type: "threw", message, line: undefined });
      worker.postMessage({ address, shape } satisfies CheckRequest);
      setTimeout(() => resolve({ type: "ended" }), 1000 * SECONDS);
    });
  } finally {
    worker.terminate();
  }
}

/** The first cause, at the expression it is about. */
function marksOf(outcome: Outcome, code: string): readonly Mark[] {
  if (outcome.type === "threw") {
    const { line, message } = outcome;
    return line === undefined ? [] : [{ line, from: 0, to: Infinity, message }];
  }
  if (outcome.type === "ended" || outcome.failed.length === 0) return [];
  const first = outcome.failed.find(({ diagnosis }) => diagnosis !== undefined) ?? outcome.failed[0],
    place = placeOf(first, code);
  return place === undefined ? [] : [{ ...place, message: first.diagnosis ?? first.message }];
}

function Report({ outcome, code }: { readonly outcome: Outcome; readonly code: string }) {
  if (outcome.type === "ended")
    return (
      <Message kind="wrong">
        The layer did not answer within {SECONDS} seconds and was ended. Does a loop run for ever?
      </Message>
    );
  if (outcome.type === "threw")
    return (
      <Message kind="wrong">
        {outcome.line === undefined ? "" : `Line ${outcome.line}: `}
        {outcome.message}
      </Message>
    );
  const [mark] = marksOf(outcome, code),
    count = outcome.failed.length;
  return (
    <section aria-label="Report">
      <h3>
        {outcome.layer}: {outcome.passed ? "all checks passed" : `${count} ${count === 1 ? "check" : "checks"} failed`}
      </h3>
      {mark !== undefined && (
        <Message kind="wrong">
          Line {mark.line}: {mark.message}
        </Message>
      )}
      <pre tabIndex={0}>{outcome.text}</pre>
    </section>
  );
}
