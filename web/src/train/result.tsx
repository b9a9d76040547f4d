/** What one network has reached. */
import { useMemo } from "preact/hooks";
import type { TaskData } from "../data/kinds.ts";
import { Message } from "../ui/inputs.tsx";
import { SaveButton } from "../ui/picture.tsx";
import type { TrainController } from "./controller.ts";
import type { TrainState } from "./state.ts";
import { Plane } from "./plane.tsx";
import { Tiles } from "./tiles.tsx";

interface ResultProps {
  readonly state: TrainState;
  readonly controller: TrainController | null;
  readonly which: 0 | 1;
  readonly name: string;
  readonly data: TaskData;
}

export function Result({ state, controller, which, name, data }: ResultProps) {
  const net = state.nets[which],
    run = net.runs[net.runs.length - 1],
    last = run[run.length - 1];
  const { tiles } = net,
    isOfDigits = data.shape[0] === 784;
  // What did not change is not drawn again.
  const weights = useMemo(
    () => tiles !== undefined && isOfDigits && <Tiles tiles={tiles} name={name} />,
    [tiles, name, isOfDigits],
  );
  const percent = (accuracy: number | undefined) =>
    accuracy === undefined ? "–" : `${(100 * (1 - accuracy)).toFixed(2)} %`;
  return (
    <>
      {net.failures.map((failure) => (
        <Message key={failure} kind="wrong">
          {failure}
        </Message>
      ))}
      {net.isSilent && (
        <Message>
          No news from this network for 20 seconds: either a step takes that long, or the browser has ended its worker.
          “Again, same seed” starts it anew.
        </Message>
      )}
      <dl class="numbers">
        <div>
          <dt>test error{net.runs.length > 1 ? `, seed ${state.seed}` : ""}</dt>
          <dd>{percent(last?.validation?.accuracy)}</dd>
        </div>
        <div>
          <dt>training error</dt>
          <dd>{percent(last?.accuracy)}</dd>
        </div>
        <div>
          <dt>loss of the last batch</dt>
          <dd>{net.loss === undefined ? "–" : net.loss.toPrecision(4)}</dd>
        </div>
        {net.digests.length > 0 && (
          <div>
            <dt>digest of the weights</dt>
            <dd>
              <code data-digest={name}>{net.digests[net.digests.length - 1]}</code>
            </dd>
          </div>
        )}
      </dl>
      {data.isPlane && (
        <figure>
          <Plane
            data={data.train}
            classes={data.classes}
            regions={net.regions}
            label={`Training rows and predicted classes, ${name}`}
          />
          <figcaption>
            The training rows, each with the mark of its class. The background is the class that the network predicts,
            paler where it is less sure.
          </figcaption>
          {controller !== null && <SaveButton name={`regions-${name}`} svg={() => controller.picture(which)} />}
        </figure>
      )}
      {weights}
    </>
  );
}

export function Slower({ reason }: { readonly reason: string }) {
  return (
    <details class="settings">
      <summary>Trained by plain loops: the same numbers, several times slower.</summary>
      <Message>{reason}</Message>
    </details>
  );
}
