/** The data, and how long to train. */
import { MOST_CLASSES } from "../data/points.ts";
import type { DataKind, OwnTable } from "../data/kinds.ts";
import { Choice, TextInput } from "../ui/inputs.tsx";
import { PointInput } from "./own-points.tsx";
import { OwnTableInput } from "./own-table.tsx";
import { TRAIN_FIELDS, type TrainSettings } from "./settings.ts";

const DATA: Readonly<Record<DataKind, string>> = {
  digits: "handwritten digits",
  spirals: "spirals",
  moons: "two moons",
  blobs: "blobs",
  xor: "exclusive or",
  points: "points drawn by hand",
  function: "above and below a function",
  table: "a CSV file of your own",
};

type NumberName = "rows" | "noise" | "classes" | "dataSeed" | "batch" | "epochs" | "seed" | "seeds";

/** The numbers to set, each with the data it is for. */
const NUMBERS: readonly { readonly name: NumberName; readonly label: string; readonly of?: readonly DataKind[] }[] = [
  { name: "rows", label: "training rows", of: ["digits", "spirals", "moons", "blobs", "xor", "function"] },
  { name: "noise", label: "noise", of: ["spirals", "moons", "blobs", "xor", "function"] },
  { name: "classes", label: "classes", of: ["spirals", "blobs"] },
  { name: "dataSeed", label: "data seed", of: ["spirals", "moons", "blobs", "xor", "function", "table"] },
  { name: "batch", label: "batch size" },
  { name: "epochs", label: "epochs" },
  { name: "seed", label: "seed" },
  { name: "seeds", label: "number of seeds" },
];

interface DataPanelProps {
  readonly settings: TrainSettings;
  readonly set: (change: Partial<TrainSettings>) => void;
  readonly table: OwnTable | undefined;
  readonly onTable: (table: OwnTable | undefined) => void;
  /** Of the next point that is drawn. */
  readonly pointClass: number;
  readonly onPointClass: (label: number) => void;
  readonly onPoint: (x: number, y: number) => void;
}

export function DataPanel({ settings, set, table, onTable, pointClass, onPointClass, onPoint }: DataPanelProps) {
  const { data } = settings,
    shownNumbers = NUMBERS.filter(({ of }) => of === undefined || of.includes(data));
  return (
    <section class="panel" aria-label="Data and training">
      <div class="row">
        <Choice label="data" value={data} from={DATA} onChange={(kind) => set({ data: kind })} />
        {data === "function" && (
          <TextInput
            label="y = f(x)"
            field={TRAIN_FIELDS.formula}
            value={settings.formula}
            onChange={(formula) => set({ formula })}
          />
        )}
        {shownNumbers.map(({ name, label }) => (
          <TextInput
            key={name}
            label={label}
            field={TRAIN_FIELDS[name]}
            value={settings[name]}
            onChange={(value) => set({ [name]: value })}
          />
        ))}
      </div>
      {data === "table" && <OwnTableInput table={table} onTable={onTable} />}
      {data === "points" && (
        <div class="row">
          <Choice
            label="class of the next point"
            value={String(pointClass)}
            from={Object.fromEntries(Array.from({ length: MOST_CLASSES }, (_, k) => [String(k), String(k)]))}
            onChange={(k) => onPointClass(Number(k))}
          />
          <button type="button" onClick={() => set({ points: "" })}>
            Remove all points
          </button>
          <PointInput onPoint={onPoint} />
        </div>
      )}
    </section>
  );
}
