/** Everything about the chosen number: its expression, why it is zero, where it goes, and its numeric gradient. */
import type { NumberAccount } from "chainrule";
import { useState } from "preact/hooks";
import { decimal } from "../link/fields.ts";
import { Message, TextInput } from "../ui/inputs.tsx";
import { MOST } from "./edits.ts";
import { placeText, shown, type Cell } from "./numbers.ts";
import type { NumberAnswer } from "./protocol.ts";
import type { StepSettings } from "./settings.ts";

type Zero = NonNullable<NumberAccount["zero"]>;

interface NumberProps {
  readonly answer: NumberAnswer;
  /** The step that shows it. */
  readonly op: number;
  readonly settings: StepSettings;
  /** To the same number where it is used, or to another. */
  readonly onGo: (op: number, cell: Cell) => void;
}

export function NumberPanel({ answer, op: shownAt, settings: { digits, guess }, onGo }: NumberProps) {
  const { cell, value, madeBy, account, mathml, numeric, gradient, influences } = answer,
    { name, index } = cell;
  const { explanation, zero, paths = [] } = account ?? {},
    isGradient = numeric !== undefined && gradient === undefined;
  return (
    <section class="number" aria-label="The chosen number" aria-live="polite">
      <h4>
        {placeText(name, index)} = {shown(value, digits)}
        {shown(value, digits) !== shown(value, 17) && <span class="soft"> ({shown(value, 17)})</span>}
      </h4>
      {mathml !== undefined && (
        <div
          class="scroll math"
          tabIndex={0}
          role="group"
          aria-label="How it was computed"
          dangerouslySetInnerHTML={{ __html: mathml }}
        />
      )}
      {account === undefined && <p>An input or a weight: no step has computed it.</p>}
      {account !== undefined && explanation === undefined && <p>It was drawn at random: no equation gives it.</p>}
      {explanation !== undefined && !explanation.agrees && (
        <Message kind="wrong">The layer's equation gives another number.</Message>
      )}
      {zero !== undefined && <WhyZero zero={zero} />}
      {numeric !== undefined && (isGradient || !guess) && (
        <p>
          {isGradient ? "By backward: " : "Its gradient by backward: "}
          <strong>{shown(numeric.analytic, 10)}</strong>; numeric, (L(w + h) − L(w − h)) / 2h:{" "}
          <strong>{shown(numeric.numeric, 10)}</strong>; relative difference {shown(numeric.error, 2)}.
          {numeric.isAtKinks && " Layers are at kinks, like ReLU at 0; with all numbers moved a little, they agree."}
        </p>
      )}
      {(gradient !== undefined || (madeBy !== undefined && madeBy !== shownAt)) && (
        <ul class="links">
          {madeBy !== undefined && madeBy !== shownAt && (
            <li>
              <button type="button" class="quiet" onClick={() => onGo(madeBy, cell)}>
                Made in step {madeBy}
              </button>
            </li>
          )}
          {gradient !== undefined && (
            <li>
              <button type="button" class="quiet" onClick={() => onGo(gradient.op, { name: gradient.name, index })}>
                Its gradient {placeText(gradient.name, index)} (step {gradient.op})
              </button>
            </li>
          )}
        </ul>
      )}
      {paths.length > 1 && (
        <div>
          <p>The gradient arrives along {paths.length} paths:</p>
          <ul>
            {paths.map((path) => (
              <li key={path.join()}>steps {path.join(" → ")}</li>
            ))}
          </ul>
        </div>
      )}
      {influences.length > 0 && (
        <div>
          <p>Goes into:</p>
          <ul class="links">
            {influences.map(({ op, name: into, indices, of }) => (
              <li key={`${op} ${into}`}>
                <button type="button" class="quiet" onClick={() => onGo(op, { name: into, index: indices[0] })}>
                  {indices.length === of && of > 1
                    ? `all of ${into}`
                    : indices
                        .slice(0, 4)
                        .map((at) => placeText(into, at))
                        .join(", ")}
                  {indices.length > 4 && indices.length < of ? ` and ${indices.length - 4} more` : ""} (step {op})
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function WhyZero({ zero: { name, index, because, of } }: { readonly zero: Zero }) {
  return (
    <div class="why">
      <p>
        {placeText(name, index)} is 0: {because}.
      </p>
      {of.map((one) => (
        <WhyZero key={placeText(one.name, one.index)} zero={one} />
      ))}
    </div>
  );
}

const NUMBER = decimal(0, -MOST, MOST);

/** Sets an input, a weight or a mask; all that comes after is computed anew. */
export function EditNumber({
  cell,
  value,
  isMask,
  onEdit,
}: {
  readonly cell: Cell;
  readonly value: number;
  readonly isMask: boolean;
  readonly onEdit: (value: number) => void;
}) {
  const label = placeText(cell.name, cell.index);
  if (isMask)
    return (
      <button type="button" onClick={() => onEdit(value === 0 ? 1 : 0)}>
        {value === 0 ? `Keep ${label}` : `Drop ${label}`}
      </button>
    );
  return <TextInput label={`Change ${label} to`} field={NUMBER} value={value} onChange={onEdit} />;
}

/** Asks for the number before it is shown. */
export function Guess({
  cell,
  value,
  onDone,
}: {
  readonly cell: Cell;
  readonly value: number;
  readonly onDone: () => void;
}) {
  const [guess, setGuess] = useState(0),
    [isNumber, setNumber] = useState(true),
    [answered, setAnswered] = useState(false);
  const isRight = Math.abs(guess - value) <= Math.max(0.02 * Math.abs(value), 5e-4);
  return (
    <form
      class="guess"
      onSubmit={(event) => {
        event.preventDefault();
        setAnswered(isNumber);
      }}
    >
      <TextInput
        label={`What is ${placeText(cell.name, cell.index)}?`}
        field={NUMBER}
        value={guess}
        onChange={(typed) => {
          setGuess(typed);
          setNumber(true);
          setAnswered(false);
        }}
        onWrong={() => {
          setNumber(false);
          setAnswered(false);
        }}
      />
      <button type="submit">Check the guess</button>
      <button type="button" class="quiet" onClick={onDone}>
        Show it
      </button>
      {answered && (
        <p role="status">{isRight ? `Right: ${shown(value, 4)}.` : "Not that number. Look at what goes into it."}</p>
      )}
    </form>
  );
}
