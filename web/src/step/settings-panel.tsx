/** What is stepped through: layers, rows, and how the weights are updated. */
import { NetworkEditor } from "../network/editor.tsx";
import { readSpec, writeSpec, type LayerSpec } from "../network/spec.ts";
import { Choice, TextInput } from "../ui/inputs.tsx";
import { STEP_FIELDS, type Change, type StepSettings } from "./settings.ts";

export function Settings({ settings, set }: { readonly settings: StepSettings; readonly set: Change }) {
  return (
    <details class="panel settings">
      <summary>Network and settings</summary>
      <NetworkEditor
        label="Layers"
        layers={readSpec(settings.layers) ?? []}
        whenEmpty="None yet: add one."
        onChange={(layers) => set(withLayers(settings, layers))}
      />
      <div class="row">
        <TextInput
          label="shape of a row (3, or 1x4x4)"
          field={STEP_FIELDS.input}
          value={settings.input}
          onChange={(input) => set({ input, op: 0, cell: "", edits: "" })}
        />
        <TextInput
          label="rows"
          field={STEP_FIELDS.rows}
          value={settings.rows}
          onChange={(rows) => set({ rows, cell: "", edits: "" })}
        />
        <TextInput
          label="seed"
          field={STEP_FIELDS.seed}
          value={settings.seed}
          onChange={(seed) => set({ seed, draw: 0, cell: "" })}
        />
        <Choice
          label="optimizer"
          value={settings.optimizer}
          from={{ sgd: "SGD", momentum: "SGD with momentum 0.9", adam: "Adam", none: "none: no update" }}
          onChange={(optimizer) => set({ optimizer, cell: "" })}
        />
        {settings.optimizer !== "none" && (
          <TextInput
            label="learning rate"
            field={STEP_FIELDS.rate}
            value={settings.rate}
            onChange={(rate) => set({ rate })}
          />
        )}
        <Choice
          label="gradient of Softmax"
          value={settings.softmax}
          from={{ joint: "together with the loss", "two-steps": "in two steps" }}
          onChange={(softmax) => set({ softmax, op: 0, cell: "" })}
        />
        <TextInput
          label="digits shown"
          field={STEP_FIELDS.digits}
          value={settings.digits}
          onChange={(digits) => set({ digits })}
        />
        <Choice
          label="guess the gradients"
          value={settings.guess ? "yes" : "no"}
          from={{ no: "no", yes: "yes, before they are shown" }}
          onChange={(guess) => set({ guess: guess === "yes" })}
        />
      </div>
    </details>
  );
}

/** The same layers with other options are looked at in the same place; with the same sizes, edited numbers stay. */
function withLayers({ layers: before, op, cell, edits }: StepSettings, next: readonly LayerSpec[]) {
  const layers = writeSpec(next);
  const kinds = (spec: string) => spec.replace(/:[^,()]*/g, ""),
    sizes = (spec: string) => spec.replace(/(dropout|stochasticdepth):[^,()]*/g, "$1");
  const isAlike = kinds(layers) === kinds(before);
  return {
    layers,
    op: isAlike ? op : 0,
    cell: isAlike ? cell : "",
    edits: sizes(layers) === sizes(before) ? edits : "",
  };
}
