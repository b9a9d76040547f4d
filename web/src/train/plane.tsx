/** The plane: what class the network gives each place, and the points it learns from. */
import { useMemo } from "preact/hooks";
import { Pixels } from "../ui/pixels.tsx";
import type { NetState } from "./state.ts";
import { EXTENT, SIDE } from "./protocol.ts";

/** Of classes, told apart by everyone (Okabe and Ito 2008); those of the pictures that are saved. */
const COLOURS = [
  [230, 159, 0],
  [0, 114, 178],
  [0, 158, 115],
  [204, 121, 167],
  [213, 94, 0],
  [90, 95, 208],
] as const;

function colourOf(k: number): (typeof COLOURS)[number] {
  return COLOURS[k % COLOURS.length];
}

const MOST_DRAWN = 600;

interface PlaneProps {
  /** Rows of two numbers, and their classes. */
  readonly data: { readonly x: ArrayLike<number>; readonly labels: ArrayLike<number> };
  /** What they are called. */
  readonly classes: readonly string[];
  readonly regions: NetState["regions"];
  readonly label: string;
  readonly onPoint?: ((x: number, y: number) => void) | undefined;
}

export function Plane({ data, classes, regions, label, onPoint }: PlaneProps) {
  // They stay as they are while a network trains.
  const points = useMemo(() => {
    const at = (value: number) => 50 + (50 * value) / EXTENT;
    return Array.from({ length: Math.min(data.labels.length, MOST_DRAWN) }, (_, row) => (
      <Mark key={row} x={at(data.x[2 * row])} y={100 - at(data.x[2 * row + 1])} k={data.labels[row]} />
    ));
  }, [data]);
  return (
    <>
      <div class="plane">
        {regions !== undefined && (
          <Pixels
            width={SIDE}
            height={SIDE}
            of={regions}
            colour={(i) => [...colourOf(regions.classes[i]), 200 * Math.max(0, regions.sure[i] - 0.3)]}
          />
        )}
        <svg
          viewBox="0 0 100 100"
          role="img"
          aria-label={label}
          class={onPoint === undefined ? "" : "drawable"}
          onClick={({ currentTarget, clientX, clientY }) => {
            const { left, top, width, height } = currentTarget.getBoundingClientRect();
            onPoint?.(EXTENT * ((2 * (clientX - left)) / width - 1), EXTENT * (1 - (2 * (clientY - top)) / height));
          }}
        >
          {points}
        </svg>
      </div>
      <ul class="classes" aria-label="Classes">
        {classes.map((name, k) => (
          <li key={name}>
            <svg viewBox="0 0 4 4" aria-hidden="true">
              <Mark x={2} y={2} k={k} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Each class has a shape of its own, besides its colour. */
function Mark({ x, y, k }: { readonly x: number; readonly y: number; readonly k: number }) {
  const mark = { class: "point", style: { fill: `rgb(${colourOf(k).join(" ")})` } },
    path = (d: string) => <path {...mark} d={`M${x} ${y}${d}`} />;
  switch (k % COLOURS.length) {
    case 0:
      return <circle {...mark} cx={x} cy={y} r={1.2} />;
    case 1:
      return path("m0 -1.6l1.6 1.6l-1.6 1.6l-1.6 -1.6z");
    case 2:
      return path("m-1.1 -1.1h2.2v2.2h-2.2z");
    case 3:
      return path("m0 -1.5l1.5 2.7h-3z");
    case 4:
      return path("m0 1.5l1.5 -2.7h-3z");
    default:
      return path("m-.5 -1.5h1v1h1v1h-1v1h-1v-1h-1v-1h1z");
  }
}
