/** First-layer weights as tiles, painted as pixels: the units that this batch's first row dropped are hatched. */
import { tiles as tilesChart } from "chainrule/charts";
import { SaveButton } from "../ui/picture.tsx";
import type { NetState } from "./state.ts";
import { grey, Pixels } from "../ui/pixels.tsx";

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
            <Pixels
              width={side}
              height={side}
              of={values}
              label={`Unit ${unit + 1}${is ? ", dropped" : ""}`}
              colour={(i) => grey(0.5 + (0.5 * at(unit)[i]) / largest)}
            />
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
