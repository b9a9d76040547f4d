/** The plane: what class the network gives each place, and the points it learns from. */
import type { Labels } from "chainrule";
import { Pixels } from "../ui/pixels.tsx";
import type { NetState } from "./controller.ts";
import { EXTENT, SIDE } from "./protocol.ts";

/** Of classes, told apart by everyone (Okabe and Ito 2008). */
const COLOURS = [
  [0, 114, 178],
  [230, 159, 0],
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
  readonly data: { readonly size: number; readonly x: { readonly data: ArrayLike<number> }; readonly labels: Labels };
  readonly regions: NetState["regions"];
  readonly label: string;
  readonly onPoint?: ((x: number, y: number) => void) | undefined;
}

export function Plane({ data, regions, label, onPoint }: PlaneProps) {
  const shown = Math.min(data.size, MOST_DRAWN),
    at = (value: number) => 50 + (50 * value) / EXTENT;
  return (
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
        onClick={({ currentTarget, clientX, clientY }) => {
          const { left, top, width, height } = currentTarget.getBoundingClientRect();
          onPoint?.(EXTENT * ((2 * (clientX - left)) / width - 1), EXTENT * (1 - (2 * (clientY - top)) / height));
        }}
      >
        {Array.from({ length: shown }, (_, row) => {
          const [x, y] = [data.x.data[2 * row], data.x.data[2 * row + 1]],
            k = Number(Array.isArray(data.labels) ? data.labels[row] : 0);
          return <Mark key={row} x={at(x)} y={100 - at(y)} k={k} />;
        })}
      </svg>
    </div>
  );
}

/** Each class has a shape of its own, besides its colour. */
function Mark({ x, y, k }: { readonly x: number; readonly y: number; readonly k: number }) {
  const mark = { class: "point", style: { fill: `rgb(${colourOf(k).join(" ")})` } };
  switch (k % 3) {
    case 0:
      return <circle {...mark} cx={x} cy={y} r={1.2} />;
    case 1:
      return <path {...mark} d={`M${x - 1.3} ${y + 1.1}h2.6l-1.3 -2.4z`} />;
    default:
      return <path {...mark} d={`M${x - 1.1} ${y - 1.1}h2.2v2.2h-2.2z`} />;
  }
}
