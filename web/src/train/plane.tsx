/** The plane: what class the network gives each place, and the points it learns from. */
import type { Labels } from "chainrule";
import { lookOf } from "../ui/looks.ts";
import { useEffect, useRef } from "preact/hooks";
import type { NetState } from "./controller.ts";
import { SIDE } from "./protocol.ts";

/** The picture reaches a little beyond the data. */
export const EXTENT = 1.25;
const MOST_DRAWN = 600;

interface PlaneProps {
  /** Rows of two numbers, and their classes. */
  readonly data: { readonly size: number; readonly x: { readonly data: ArrayLike<number> }; readonly labels: Labels };
  readonly regions: NetState["regions"];
  readonly label: string;
  readonly onPoint?: ((x: number, y: number) => void) | undefined;
}

export function Plane({ data, regions, label, onPoint }: PlaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d"),
      image = context?.createImageData(SIDE, SIDE);
    if (!context || !image || regions === undefined) return;
    regions.classes.forEach((k, i) => {
      const [r, g, b] = lookOf(k).rgb,
        sure = Math.round(200 * Math.max(0, regions.sure[i] - 0.3));
      image.data.set([r, g, b, sure], 4 * i);
    });
    context.putImageData(image, 0, 0);
  }, [regions]);
  const shown = Math.min(data.size, MOST_DRAWN),
    at = (value: number) => 50 + (50 * value) / EXTENT;
  return (
    <div class="plane">
      <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden="true" />
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
  const name = `point class-${k % 6}`;
  switch (k % 3) {
    case 0:
      return <circle class={name} cx={x} cy={y} r={1.2} />;
    case 1:
      return <path class={name} d={`M${x - 1.3} ${y + 1.1}h2.6l-1.3 -2.4z`} />;
    default:
      return <path class={name} d={`M${x - 1.1} ${y - 1.1}h2.2v2.2h-2.2z`} />;
  }
}
