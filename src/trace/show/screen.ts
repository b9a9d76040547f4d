import type { Paint } from "../../charts/palette.ts";
import { wrap } from "../../report/wrap.ts";
import { rowsAndColumns } from "../../tensor/shape.ts";
import { Explainer } from "../element.ts";
import { positionOf } from "../expressions/indices.ts";
import { indexText } from "../expressions/shown.ts";
import { significant } from "../expressions/significant.ts";
import { equationText } from "../expressions/text.ts";
import type { NumericGradient } from "../numeric.ts";
import type { Recording, Value } from "../recording.ts";
import { numberLines, type Place } from "./number.ts";
import { explainOperation, titleOf } from "./operation.ts";

/** A screen: lines that stay at the top, and lines that scroll below. */
export interface Screen {
  readonly pinned: readonly string[];
  readonly body: readonly string[];
}

/** Rows of numbers around the chosen one. */
const ROWS = 5;

/** One operation: its title and equations stay, its operands and numbers scroll. */
export function operationScreen(
  recording: Recording, at: number, columns: number, paint: Paint, digits: number,
): Screen {
  const { steps } = recording, explainer = new Explainer(steps, at);
  const [title, ...facts] = titleOf(recording, at, columns, paint);
  const equations = steps[at].results.flatMap((result) => (
    explainer.equationsOf(result).map((one) => equationText(one, explainer.nameOf))));
  const body = explainOperation(recording, at, columns, paint, digits).split("\n");
  const lines = [...new Set(equations)].flatMap((text) => wrap(text, columns - 2));
  const pinned = [title, ...lines.map((line) => `  ${line}`), ""];
  return { pinned, body: [...facts, ...body.slice(1 + facts.length)] };
}

/** One number: its result around it stays, with the number marked; all about it scrolls. */
export function numberScreen(
  recording: Recording, place: Place, columns: number, paint: Paint, digits: number,
  numeric?: NumericGradient | string,
): Screen {
  const { op, name, index } = place, { steps } = recording;
  const result = steps[op - 1].results.find((one) => one.name === name);
  const rows = result === undefined ? [] : gridOf(result, index, columns, paint, digits);
  const [title] = titleOf(recording, op - 1, columns, paint);
  const body = numberLines(recording, place, columns, paint, digits, numeric);
  return { pinned: [title, `  ${name}${indexText(index)}`, ...rows, ""], body };
}

/** Rows and columns around an element, which stands in brackets. */
function gridOf(
  { shape, values }: Value, index: readonly number[], columns: number, paint: Paint, digits: number,
): readonly string[] {
  const { rows, columns: count } = rowsAndColumns(shape), position = positionOf(index, shape);
  const row = Math.floor(position / count), column = position % count;
  const top = Math.max(0, Math.min(row - Math.floor(ROWS / 2), rows - ROWS)), shown = Math.min(ROWS, rows);
  const texts = values.slice(top * count, (top + shown) * count).map((value) => significant(value, digits));
  const width = Math.max(...texts.map((text) => text.length)) + 2;
  const most = Math.max(1, Math.floor((columns - 6) / width)), visible = Math.min(most, count);
  const left = Math.max(0, Math.min(column - Math.floor(visible / 2), count - visible));
  return Array.from({ length: shown }, (_, i) => {
    const cells = texts.slice(i * count + left, i * count + left + visible).map((text, j) => {
      const isChosen = top + i === row && left + j === column;
      return isChosen ? paint.strong(`[${text}]`.padStart(width)) : `${text} `.padStart(width);
    });
    return `  ${left > 0 ? "…" : " "}${cells.join("")}${left + visible < count ? "…" : ""}`;
  });
}
