import { barChart, statisticOf, tiles } from "chainrule/charts";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PartProps } from "../app.tsx";
import { lastTrained } from "../train/last.ts";
import { Choice, Message } from "../ui/inputs.tsx";
import { SaveButton } from "../ui/picture.tsx";
import { centred, SIDE } from "./centred.ts";
import { Pad, PAD } from "./pad.tsx";
import { loadPacked, PACKED_NAMES, type Packed } from "./packed.ts";
import { messageOf } from "../ui/message-of.ts";
import { predictionOf, type Prediction } from "../train/predict.ts";
import { grey, Pixels } from "../ui/pixels.tsx";

const PASSES = 50;

export function DrawPart(_: PartProps) {
  const trained = lastTrained(),
    hasTrained = trained?.isDigits === true;
  const [source, setSource] = useState<"packed" | "trained">(hasTrained ? "trained" : "packed");
  const [packed, setPacked] = useState<Packed>(),
    [failed, setFailed] = useState<string>();
  const [digit, setDigit] = useState<Float32Array>(),
    [predictions, setPredictions] = useState<readonly Prediction[]>([]);
  const asked = useRef(0);

  useEffect(() => {
    loadPacked().then(setPacked, (error: unknown) => setFailed(messageOf(error)));
  }, []);

  useEffect(() => {
    const ask = ++asked.current;
    if (digit === undefined || digit.every((value) => value === 0)) return setPredictions([]);
    const found =
      source === "trained" && trained !== undefined
        ? Promise.all([trained.controller.predict(0, digit, PASSES), trained.controller.predict(1, digit, PASSES)])
        : Promise.resolve(packed?.map((network) => predictionOf(network, digit, PASSES)) ?? []);
    void found.then((all) => {
      if (ask === asked.current) setPredictions(all);
    });
  }, [digit, source, packed]);

  const names = source === "trained" && trained !== undefined ? trained.names : PACKED_NAMES;
  return (
    <>
      {failed !== undefined && <Message kind="wrong">{failed}</Message>}
      <div class="row">
        <Choice
          label="networks"
          value={source}
          onChange={setSource}
          from={
            {
              packed: "packed with the page (784-64-10)",
              ...(hasTrained ? { trained: "as trained under Train" } : {}),
            } as Readonly<Record<"packed" | "trained", string>>
          }
        />
      </div>
      <div class="draw">
        <div>
          <Pad onDraw={(ink) => setDigit(centred(ink, PAD))} />
          {digit !== undefined && predictions.length > 0 && (
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
            {predictions.length > i ? (
              <Bars prediction={predictions[i]} name={name} />
            ) : (
              <p class="soft">Draw a digit.</p>
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
        Reads a <strong>{best}</strong>, with probability {probabilities[best].toFixed(3)}.
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
