/** Points drawn by hand: by click, or by typing where they are. */
import { useMemo, useRef, useState } from "preact/hooks";
import { MOST_POINTS, readPoints } from "../data/points.ts";
import type { TaskData } from "../data/kinds.ts";
import { TextInput } from "../ui/inputs.tsx";
import { SaveButton } from "../ui/picture.tsx";
import type { TrainState } from "./state.ts";
import { Plane } from "./plane.tsx";
import { TRAIN_FIELDS, type TrainSettings } from "./settings.ts";

/** Points by keyboard. */
export function PointInput({ onPoint }: { readonly onPoint: (x: number, y: number) => void }) {
  const [x, setX] = useState(0),
    [y, setY] = useState(0),
    coordinate = TRAIN_FIELDS.noise;
  const field = {
    ...coordinate,
    allowed: "a number from -1 to 1",
    read: (text: string) => (text.trim() !== "" && Math.abs(Number(text)) <= 1 ? Number(text) : undefined),
  };
  return (
    <>
      <TextInput label="x" field={field} value={x} onChange={setX} />
      <TextInput label="y" field={field} value={y} onChange={setY} />
      <button type="button" onClick={() => onPoint(x, y)}>
        Add the point
      </button>
    </>
  );
}

interface PointsPlaneProps {
  readonly settings: TrainSettings;
  readonly data: TaskData | string;
  readonly state: TrainState | undefined;
  readonly onPoint: (x: number, y: number) => void;
}

export function PointsPlane({ settings, data, state, onPoint }: PointsPlaneProps) {
  const place = useRef<HTMLElement>(null),
    points = useMemo(() => readPoints(settings.points) ?? [], [settings.points]);
  const rows = useMemo(
    () => ({
      x: points.flatMap(([x, y]) => [x, y]),
      labels: points.map(([, , k]) => k),
    }),
    [points],
  );
  const classes = Array.from({ length: Math.max(0, ...rows.labels.map((k) => k + 1)) }, (_, k) => String(k));
  return (
    <section aria-label="Points" ref={place}>
      <p class="soft">
        Click into the picture to add a point ({points.length} of {MOST_POINTS}). {typeof data === "string" && data}
      </p>
      <Plane
        data={rows}
        classes={classes}
        regions={state?.nets[0].regions}
        label={`${points.length} points drawn by hand`}
        onPoint={onPoint}
      />
      <SaveButton name="points" svg={() => textOf(place.current?.querySelector("svg"))} />
    </section>
  );
}

function textOf(svg: SVGElement | null | undefined): string {
  return svg ? new XMLSerializer().serializeToString(svg) : "";
}
