/** A list of layers to change: add, remove, move, and set their options. */
import { useId } from "preact/hooks";
import type { Field } from "../link/fields.ts";
import { Choice, TextInput } from "../ui/inputs.tsx";
import { kindOf, KINDS, type Kind } from "./catalog.ts";
import { MOST_LAYERS, usualLayer, type LayerSpec } from "./spec.ts";

interface EditorProps {
  readonly label: string;
  readonly layers: readonly LayerSpec[];
  readonly kinds?: readonly Kind[];
  readonly onChange: (layers: readonly LayerSpec[]) => void;
  /** Said in place of the layers if there are none; without it, one has to stay. */
  readonly whenEmpty?: string;
}

export function NetworkEditor({ label, layers, kinds = KINDS, onChange, whenEmpty }: EditorProps) {
  const id = useId();
  const replace = (at: number, ...by: readonly LayerSpec[]) => onChange(layers.toSpliced(at, 1, ...by));
  const move = (at: number, by: -1 | 1) => onChange(layers.toSpliced(at, 1).toSpliced(at + by, 0, layers[at]));
  return (
    <fieldset class="editor">
      <legend>{label}</legend>
      {layers.length === 0 && <p class="soft">{whenEmpty}</p>}
      <ol>
        {layers.map((layer, at) => (
          <li key={at}>
            <div class="row">
              <strong>{kindOf(layer.kind).label}</strong>
              {Object.entries(kindOf(layer.kind).options).map(([name, field]) => (
                <Option
                  key={name}
                  name={name}
                  field={field}
                  value={layer.values[name]}
                  onChange={(value) => replace(at, { ...layer, values: { ...layer.values, [name]: value } })}
                />
              ))}
              <span class="tools">
                <button
                  type="button"
                  class="quiet"
                  disabled={at === 0}
                  aria-label={`Move ${kindOf(layer.kind).label} ${at + 1} up`}
                  onClick={() => move(at, -1)}
                >
                  ↑
                </button>
                <button
                  type="button"
                  class="quiet"
                  disabled={at === layers.length - 1}
                  aria-label={`Move ${kindOf(layer.kind).label} ${at + 1} down`}
                  onClick={() => move(at, 1)}
                >
                  ↓
                </button>
                <button
                  type="button"
                  class="quiet"
                  disabled={layers.length === 1 && whenEmpty === undefined}
                  aria-label={`Remove ${kindOf(layer.kind).label} ${at + 1}`}
                  onClick={() => replace(at)}
                >
                  ✕
                </button>
              </span>
            </div>
            {kindOf(layer.kind).holdsLayers === true && (
              <NetworkEditor
                label="inside"
                layers={layer.inner}
                kinds={kinds.filter((kind) => kindOf(kind).holdsLayers !== true)}
                onChange={(inner) => replace(at, { ...layer, inner })}
              />
            )}
          </li>
        ))}
      </ol>
      <div class="input">
        <label for={id}>Add a layer</label>
        <select
          id={id}
          value=""
          disabled={layers.length >= MOST_LAYERS}
          onChange={({ currentTarget }) => {
            const kind = kinds.find((one) => one === currentTarget.value);
            currentTarget.value = "";
            if (kind !== undefined) onChange([...layers, usualLayer(kind)]);
          }}
        >
          <option value="">choose…</option>
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {kindOf(kind).label}
            </option>
          ))}
        </select>
      </div>
    </fieldset>
  );
}

interface OptionProps {
  readonly name: string;
  readonly field: Field<unknown>;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function Option({ name, field, value, onChange }: OptionProps) {
  if (name !== "scaling") return <TextInput label={name} field={field} value={value} onChange={onChange} />;
  return (
    <Choice
      label="scaling"
      value={value === "at-eval" ? "at-eval" : "inverted"}
      from={{ inverted: "in training (inverted)", "at-eval": "at test time" }}
      onChange={onChange}
    />
  );
}
