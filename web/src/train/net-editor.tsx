import { NetworkEditor } from "../network/editor.tsx";
import { readSpec, writeSpec } from "../network/spec.ts";
import { Choice, TextInput } from "../ui/inputs.tsx";
import { FIRST, type NetSettings } from "./settings.ts";

export function NetEditor({
  settings,
  onChange,
}: {
  readonly settings: NetSettings;
  readonly onChange: (net: NetSettings) => void;
}) {
  return (
    <details class="settings">
      <summary>Layers and optimizer</summary>
      <NetworkEditor
        label="Layers before the output"
        layers={readSpec(settings.layers) ?? []}
        whenEmpty="None: the output layer alone, a linear classifier."
        onChange={(layers) => onChange({ ...settings, layers: writeSpec(layers) })}
      />
      <div class="row">
        <Choice
          label="optimizer"
          value={settings.optimizer}
          from={{ sgd: "SGD", adam: "Adam" }}
          onChange={(optimizer) => onChange({ ...settings, optimizer })}
        />
        <TextInput
          label="learning rate"
          field={FIRST.rate}
          value={settings.rate}
          onChange={(rate) => onChange({ ...settings, rate })}
        />
        {settings.optimizer === "sgd" && (
          <TextInput
            label="momentum"
            field={FIRST.momentum}
            value={settings.momentum}
            onChange={(momentum) => onChange({ ...settings, momentum })}
          />
        )}
        <TextInput
          label="weight decay"
          field={FIRST.decay}
          value={settings.decay}
          onChange={(decay) => onChange({ ...settings, decay })}
        />
      </div>
    </details>
  );
}
