import { barChart, statisticOf, tiles } from "chainrule/charts";
import { useMemo, useState } from "preact/hooks";
import type { PartProps } from "../app.tsx";
import { text } from "../link/fields.ts";
import { useLinked } from "../link/link.ts";
import { lastTrained } from "../train/last.ts";
import type { Prediction } from "../train/predict.ts";
import { Choice, Message, Retry } from "../ui/inputs.tsx";
import { SaveButton } from "../ui/picture.tsx";
import { centred, SIDE } from "./centred.ts";
import { Pad } from "./pad.tsx";
import { MOST_SIGNS, PAD, readStrokes, writeStrokes } from "./strokes.ts";
import { isBlank, usePredictions } from "./use-predictions.ts";
import { grey, Pixels } from "../ui/pixels.tsx";
import { UndoButton } from "../ui/undo.tsx";

const FIELDS = {
  /** The drawing: see strokes.ts. */
  ink: text("", MOST_SIGNS, "a drawing as this page writes it", (given) => readStrokes(given) !== undefined),
};

/** Of the networks that are in the page's own files. */
const NAMES = ["without dropout", "with dropout"] as const;

export function DrawPart({ given }: PartProps) {
  const { values, refused, set, undo } = useLinked("draw", FIELDS, given);
  /** Strokes in turn that were too many: what was drawn of them is taken away again. */
  const [refusals, setRefusals] = useState(0),
    strokes = useMemo(() => readStrokes(values.ink) ?? [], [values.ink, refusals]);
  const trained = lastTrained(),
    hasTrained = trained?.isDigits === true;
  const [source, setSource] = useState<"packed" | "trained">(hasTrained ? "trained" : "packed"),
    asked = source === "trained" ? trained : undefined;
  const [digit, setDigit] = useState<Float32Array>(new Float32Array(SIDE * SIDE)),
    [attempt, setAttempt] = useState(0);
  const { predictions, failed } = usePredictions(digit, asked?.controller, attempt);
  const names = asked?.names ?? NAMES,
    isEmpty = isBlank(digit);
  return (
    <>
      {refused.map((one) => (
        <Message key={one} kind="wrong">
          {one}
        </Message>
      ))}
      {failed !== undefined && (
        <Message kind="wrong">
          {failed} <Retry onRetry={() => setAttempt(attempt + 1)} />
        </Message>
      )}
      <div class="row">
        <Choice
          label="networks"
          value={source}
          onChange={setSource}
          from={
            {
              packed: "those of the page (784-64-10)",
              ...(hasTrained ? { trained: "those trained under Train" } : {}),
            } as Readonly<Record<"packed" | "trained", string>>
          }
        />
        {!hasTrained && <p class="soft">Train two networks on digits under Train to choose them here.</p>}
      </div>
      <div class="draw">
        <div>
          <Pad
            strokes={strokes}
            onInk={(ink) => setDigit(centred(ink, PAD))}
            onChange={(next, goesOn) => {
              const ink = writeStrokes(next),
                isFull = ink.length > MOST_SIGNS;
              setRefusals(isFull ? refusals + 1 : 0);
              if (!isFull) set({ ink }, goesOn);
            }}
          >
            <div class="row">
              <button type="button" disabled={strokes.length === 0} onClick={() => set({ ink: "" })}>
                Clear
              </button>
              <UndoButton undo={undo} />
            </div>
          </Pad>
          {refusals > 0 && <Message>The drawing holds no more strokes: clear it, or undo some.</Message>}
          {!isEmpty && (
            <figure>
              <Pixels
                width={SIDE}
                height={SIDE}
                of={digit}
                class="small"
                label="The drawing in 28 by 28 pixels"
                colour={(i) => grey(digit[i])}
              />
              <figcaption>
                What the networks see: scaled to 20 × 20 pixels and centred by its mass in 28 × 28, as MNIST's digits
                are.
              </figcaption>
              <SaveButton
                name="digit"
                svg={() =>
                  tiles({
                    title: "A digit drawn by hand",
                    tiles: [{ values: digit }],
                    width: SIDE,
                    height: SIDE,
                    columns: 1,
                  }).svg({ width: 280 })
                }
              />
            </figure>
          )}
        </div>
        {names.map((name, i) => (
          <section key={name} aria-label={name}>
            <h3>
              <span class={`key key-${i === 0 ? "a" : "b"}`} aria-hidden="true" />
              {name}
            </h3>
            {!isEmpty && predictions.length > i ? (
              <Bars prediction={predictions[i]} name={name} />
            ) : (
              <p class="soft">{isEmpty ? "Draw a digit." : "Asking the network…"}</p>
            )}
          </section>
        ))}
      </div>
    </>
  );
}

interface BarsProps {
  readonly prediction: Prediction;
  /** Of the network. */
  readonly name: string;
}

/** The probability of each class, and of each of the passes with dropout on. */
function Bars({ prediction: { probabilities, passes }, name }: BarsProps) {
  const best = probabilities.indexOf(Math.max(...probabilities));
  const drawn = () => {
    const bars = probabilities.map((p, k) => {
      const { mean, sd } = statisticOf(passes.map((pass) => pass[k]));
      return passes.length === 0 ? { name: String(k), value: p } : { name: String(k), value: mean, sd };
    });
    const what = passes.length === 0 ? "" : `, mean of ${passes.length} passes with dropout on`,
      title = `A digit drawn by hand, ${name}: probability of each class${what}`;
    return barChart({ title, bars }).svg();
  };
  return (
    <>
      <p>
        Reads {best === 8 ? "an" : "a"} <strong>{best}</strong>, with probability {probabilities[best].toFixed(3)}.
      </p>
      <table class="bars">
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col">probability</th>
            <th scope="col">
              <span class="hidden">as a bar</span>
            </th>
            {passes.length > 0 && <th scope="col">{passes.length} passes</th>}
          </tr>
        </thead>
        <tbody>
          {probabilities.map((p, k) => (
            <tr key={k} class={k === best ? "best" : ""}>
              <th scope="row">{k}</th>
              <td>{p.toFixed(3)}</td>
              <td class="bar" aria-hidden="true">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none">
                  <rect class="fill" width={100 * p} height="10" />
                  {passes.map((pass, i) => (
                    <path key={i} class="pass" d={`M${100 * pass[k]} 0v10`} />
                  ))}
                </svg>
              </td>
              {passes.length > 0 && <td>{spread(passes.map((pass) => pass[k]))}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {passes.length > 0 && (
        <p class="soft">Each line in a bar is one pass with dropout on: mean ± standard deviation at the right.</p>
      )}
      <SaveButton name={`probabilities-${name}`} svg={drawn} />
    </>
  );
}

function spread(values: readonly number[]): string {
  const { mean, sd } = statisticOf(values);
  return `${mean.toFixed(2)} ± ${(sd ?? 0).toFixed(2)}`;
}
