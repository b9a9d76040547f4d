/** All steps, to go to any of them. */
import type { TraceStep } from "chainrule";
import { useEffect, useRef } from "preact/hooks";
import { phaseOf } from "./operation.tsx";

export function Steps({
  steps,
  op,
  onGo,
}: {
  readonly steps: readonly TraceStep[];
  readonly op: number;
  readonly onGo: (op: number) => void;
}) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(
    () => list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }),
    [op],
  );
  return (
    <nav aria-label="All steps" class="steps">
      <ol ref={list} start={0}>
        <li>
          <button type="button" aria-current={op === 0 ? "step" : undefined} onClick={() => onGo(0)}>
            the input
          </button>
        </li>
        {steps.map((step) => (
          <li key={step.op} class={step.phase}>
            <button type="button" aria-current={op === step.op ? "step" : undefined} onClick={() => onGo(step.op)}>
              {step.kind} <small>{phaseOf(step)}</small>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
