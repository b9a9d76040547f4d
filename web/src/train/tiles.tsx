/** First-layer weights as tiles, painted as pixels: the units that this batch's first row dropped are hatched. */
import { tiles as tilesChart } from "chainrule/charts";
import { useEffect, useRef } from "preact/hooks";
import { SaveButton } from "../ui/picture.tsx";
import type { NetState } from "./controller.ts";

export function Tiles({ tiles, name }: { readonly tiles: NonNullable<NetState["tiles"]>; readonly name: string }) {
  const { width, values, dropped } = tiles,
    side = Math.round(Math.sqrt(width));
  if (side * side !== width) return null;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const at = (unit: number) => values.subarray(unit * width, (unit + 1) * width);
  const save = () =>
    tilesChart({
      title: `First-layer weights: ${name}`,
      width: side,
      height: side,
      from: -largest,
      to: largest,
      tiles: dropped.map((is, unit) => ({ values: at(unit), label: is ? `${unit + 1} dropped` : String(unit + 1) })),
    }).svg();
  const names = dropped.flatMap((is, unit) => (is ? String(unit + 1) : []));
  return (
    <figure>
      <ul class="tiles">
        {dropped.map((is, unit) => (
          <li key={unit} class={is ? "dropped" : ""}>
            <Tile values={at(unit)} side={side} largest={largest} isDropped={is} unit={unit + 1} />
          </li>
        ))}
      </ul>
      <figcaption>
        Incoming weights of units 1 to {dropped.length}, from −{largest.toFixed(2)} (black) to {largest.toFixed(2)}{" "}
        (white).
        {names.length > 0 && <> Dropped for the first digit of the last batch: {names.join(", ")}.</>}
      </figcaption>
      <SaveButton name={`weights-${name}`} svg={save} />
    </figure>
  );
}

interface TileProps {
  readonly values: Float32Array;
  readonly side: number;
  readonly largest: number;
  readonly isDropped: boolean;
  readonly unit: number;
}

function Tile({ values, side, largest, isDropped, unit }: TileProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d"),
      image = context?.createImageData(side, side);
    if (!context || !image) return;
    values.forEach((value, i) => image.data.set(grey(127.5 + (127.5 * value) / largest), 4 * i));
    context.putImageData(image, 0, 0);
  }, [values]);
  return (
    <canvas
      ref={canvas}
      width={side}
      height={side}
      role="img"
      aria-label={`Unit ${unit}${isDropped ? ", dropped" : ""}`}
    />
  );
}

function grey(level: number): [number, number, number, number] {
  return [level, level, level, 255];
}
