/** What one network has reached. */
import type { TaskData } from "../data/sets.ts";
import { Message } from "../ui/inputs.tsx";
import type { TrainState } from "./controller.ts";
import { Plane } from "./plane.tsx";
import { Tiles } from "./tiles.tsx";

export function Result({
  state,
  which,
  name,
  data,
}: {
  readonly state: TrainState;
  readonly which: number;
  readonly name: string;
  readonly data: TaskData;
}) {
  const net = state.nets[which],
    run = net.runs[net.runs.length - 1],
    last = run[run.length - 1];
  const percent = (accuracy: number | undefined) =>
    accuracy === undefined ? "–" : `${(100 * (1 - accuracy)).toFixed(2)} %`;
  return (
    <>
      {net.failed !== undefined && <Message kind="wrong">{net.failed}</Message>}
      <dl class="numbers">
        <div>
          <dt>test error</dt>
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
      {data.isPlane && <Plane data={data.train} regions={net.regions} label={`Classes of the plane, ${name}`} />}
      {net.tiles !== undefined && data.shape[0] === 784 && <Tiles tiles={net.tiles} name={name} />}
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
