/** Labelled inputs that check what is typed by the field of the page's address. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Field } from "../link/fields.ts";

interface InputProps<T> {
  readonly label: string;
  readonly field: Field<T>;
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** Is told when what is typed is not allowed. */
  readonly onWrong?: () => void;
}

/** A text that is taken once it is allowed; until then its message says what is. */
export function TextInput<T>({ label, field, value, onChange, onWrong }: InputProps<T>) {
  const id = useId(),
    [typed, setTyped] = useState<string>();
  const written = field.write(value);
  // What was typed meanwhile stays if the value is only catching up with it.
  const told = useRef<string[]>([]);
  useEffect(() => {
    const at = told.current.indexOf(written);
    told.current = at < 0 ? [] : told.current.slice(at + 1);
    if (at < 0) setTyped(undefined);
  }, [written]);
  const shown = typed ?? written,
    isWrong = typed !== undefined && field.read(typed) === undefined;
  return (
    <div class="input">
      <label for={id}>{label}</label>
      <input
        id={id}
        value={shown}
        spellcheck={false}
        autocomplete="off"
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${id}-wrong` : undefined}
        inputMode={typeof value === "number" ? "decimal" : undefined}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          const read = field.read(currentTarget.value);
          if (read === undefined) return onWrong?.();
          told.current.push(field.write(read));
          onChange(read);
        }}
        onBlur={() => {
          if (!isWrong) setTyped(undefined);
        }}
      />
      {isWrong && (
        <p class="wrong" id={`${id}-wrong`} role="status">
          Allowed: {field.allowed}.
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly from: Readonly<Record<T, string>>;
  readonly onChange: (value: T) => void;
}

export function Choice<T extends string>({ label, value, from, onChange }: ChoiceProps<T>) {
  const id = useId(),
    names = Object.keys(from) as T[];
  return (
    <div class="input">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = names.find((name) => name === currentTarget.value);
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {from[name]}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Message({
  kind = "note",
  children,
}: {
  readonly kind?: "note" | "wrong";
  readonly children: ComponentChildren;
}) {
  return (
    <p class={`message ${kind}`} role={kind === "wrong" ? "alert" : "status"}>
      {children}
    </p>
  );
}

export function Retry({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <button type="button" class="quiet" onClick={onRetry}>
      Try again
    </button>
  );
}
