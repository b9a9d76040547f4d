/** Test error by epoch of both networks: the mean over seeds, with a band of one standard deviation. */
import { lineChart, statisticOf, type Point, type Series } from "chainrule/charts";
import { useMemo, useRef, useState } from "preact/hooks";
import { Picture, useWidth } from "../ui/picture.tsx";
import type { NetState } from "./state.ts";

export type Measure = "test error" | "training error" | "training loss";

const MEASURES: Readonly<Record<Measure, (record: NetState["runs"][number][number]) => number | undefined>> = {
  "test error": ({ validation }) => percentWrong(validation?.accuracy),
  "training error": ({ accuracy }) => percentWrong(accuracy),
  "training loss": ({ loss }) => loss,
};

function percentWrong(accuracy: number | undefined): number | undefined {
  return accuracy === undefined ? undefined : 100 * (1 - accuracy);
}

export function pointsOf({ runs }: NetState, measure: Measure): readonly Point[] {
  const epochs = Math.max(0, ...runs.map(({ length }) => length));
  return Array.from({ length: epochs }, (_, epoch) => {
    const values = runs.flatMap((run) => (epoch < run.length ? (MEASURES[measure](run[epoch]) ?? []) : []));
    const { mean, sd } = statisticOf(values);
    return { x: epoch + 1, y: mean, sd };
  }).filter(({ y }) => Number.isFinite(y));
}

const MOST_POINTS = 120;
/** More error bars than this would hide the curves. */
const MOST_BARS = 30;

const MOST_LINES = 500;

/** So many at most that a picture, or a table, needs no longer than a frame; the last is among them. */
function thinned<T>(all: readonly T[], most = MOST_POINTS): readonly T[] {
  const every = Math.ceil(all.length / most);
  return all.filter((_, i) => i % every === 0 || i === all.length - 1);
}

export function Curves({ nets, names }: { readonly nets: readonly NetState[]; readonly names: readonly string[] }) {
  const [measure, setMeasure] = useState<Measure>("test error"),
    [isTable, setTable] = useState(false);
  const all = useMemo(() => nets.map((net) => pointsOf(net, measure)), [measure, ...nets.map(({ runs }) => runs)]);
  const unit = measure === "training loss" ? "" : " %";
  const epochs = Math.max(...all.map(({ length }) => length)),
    [epoch, setEpoch] = useState<number>();
  const seeds = Math.max(...nets.map(({ runs }) => runs.filter(({ length }) => length > 0).length));
  const section = useRef<HTMLElement>(null),
    width = Math.max(280, Math.min(1184, useWidth(section, 640)));
  const svg = useMemo(() => {
    const series: Series[] = all.map((points, i) => ({ name: names[i], points: thinned(points) }));
    if (series.every(({ points }) => points.length === 0)) return undefined;
    const y = { unit, ...(measure === "training loss" ? {} : { from: 0 }) };
    return lineChart({
      title: `${measure[0].toUpperCase()}${measure.slice(1)} by epoch`,
      series,
      x: { label: "epoch" },
      y,
      spread: epochs <= MOST_BARS ? "bars" : "band",
    }).svg({ width, height: width < 500 ? 240 : 300 });
  }, [all, width, names.join("\n")]);
  const lines = thinned(
    Array.from({ length: epochs }, (_, i) => i),
    MOST_LINES,
  );
  const read = (point: Point | undefined) => shown(point, unit) || "–";
  return (
    <section aria-label="Curves" ref={section}>
      <div class="row">
        {(Object.keys(MEASURES) as Measure[]).map((one) => (
          <button
            key={one}
            type="button"
            class="quiet"
            aria-pressed={one === measure}
            onClick={() => setMeasure(one)}
          >
            {one}
          </button>
        ))}
        <button type="button" class="quiet" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          as a table
        </button>
      </div>
      {svg === undefined ? (
        <p class="soft">Curves appear after the first epoch.</p>
      ) : (
        !isTable && (
          <>
            <div
              class="crosshair"
              tabIndex={0}
              role="group"
              aria-label={`${measure} by epoch; left and right arrow read the curves`}
              onPointerMove={({ currentTarget, clientX }) => setEpoch(epochAt(currentTarget, clientX, epochs))}
              onPointerLeave={() => setEpoch(undefined)}
              onBlur={() => setEpoch(undefined)}
              onKeyDown={(event) => {
                if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
                event.preventDefault();
                setEpoch(Math.max(1, Math.min(epochs, (epoch ?? epochs) + (event.key === "ArrowRight" ? 1 : -1))));
              }}
            >
              <Picture svg={svg} name={measure.replace(" ", "-")} />
            </div>
            <p class="soft" role="status">
              {epoch === undefined
                ? `Point at the curves to read them.${seeds > 1 ? ` Mean of ${seeds} seeds ± standard deviation.` : ""}`
                : `Epoch ${epoch}: ${all.map((points, k) => `${names[k]} ${read(points[epoch - 1])}`).join(", ")}.`}
            </p>
          </>
        )
      )}
      {isTable && svg !== undefined && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`${measure} by epoch`}>
          <table>
            <thead>
              <tr>
                <th scope="col">epoch</th>
                {names.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map((i) => (
                <tr key={i}>
                  <th scope="row">{i + 1}</th>
                  {all.map((points, k) => (
                    <td key={k}>{shown(points[i], unit)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function shown(point: Point | undefined, unit: string): string {
  if (point === undefined) return "";
  const sd = point.sd ?? null;
  return `${point.y.toFixed(2)}${sd === null ? "" : ` ± ${sd.toFixed(2)}`}${unit}`;
}

/** The epoch below the pointer: the box of the curves is an SVG within the SVG, 8 units wider at either side. */
function epochAt(host: HTMLElement, clientX: number, epochs: number): number | undefined {
  const outer = host.querySelector("svg"),
    inner = outer?.querySelector("svg");
  if (!outer || !inner || epochs < 1) return undefined;
  const { left, width } = outer.getBoundingClientRect(),
    scale = width / outer.viewBox.baseVal.width;
  const start = inner.x.baseVal.value + 8,
    share = ((clientX - left) / scale - start) / (inner.width.baseVal.value - 16);
  return Math.max(1, Math.min(epochs, Math.round(1 + share * (epochs - 1))));
}
