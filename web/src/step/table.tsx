/** A table of values whose numbers can be chosen, by click or with the arrow keys. */
import { useRef } from "preact/hooks";
import { indexAt, placeText, shown, writeCell, type Cell } from "./numbers.ts";

/** Numbers that the chosen one was made of, and those that it goes into: their places as text. */
export interface Related {
  readonly sources: ReadonlySet<string>;
  readonly targets: ReadonlySet<string>;
}

interface TableProps {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly note: string;
  readonly digits: number;
  readonly chosen: Cell | undefined;
  readonly related: Related;
  readonly onChoose: (cell: Cell) => void;
  /** Numbers are hidden: they are to be guessed. */
  readonly isHidden?: boolean;
  /** Zeros of a mask are dropped units. */
  readonly isMask?: boolean;
}

const INTO = ", goes into the chosen number",
  FROM = ", made from the chosen number";

/** Larger tensors are shown in part. */
const MOST = 240;

export function ValueTable({
  name,
  shape,
  values,
  note,
  digits,
  chosen,
  related: { sources, targets },
  onChoose,
  isHidden = false,
  isMask = false,
}: TableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const columns = shape.length === 0 ? 1 : shape[shape.length - 1],
    count = Math.min(values.length, MOST - (MOST % columns) || columns);
  const rows = Math.ceil(count / columns);
  const at = chosen?.name === name ? chosen.index.join() : undefined;
  const move = (row: number, column: number) => {
    const cell = body.current?.rows[row]?.cells[column + 1]?.querySelector("button");
    cell?.focus();
  };
  let isFirst = at === undefined;
  return (
    <div class="values">
      <div class="scroll">
        <table>
          <caption>
            <strong>{name}</strong> [{shape.join(", ")}] <span>{note}</span>
          </caption>
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden">row</span>
              </th>
              {Array.from({ length: columns }, (_, column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {Array.from({ length: rows }, (_, row) => (
              <tr key={row}>
                <th scope="row">
                  {shape.length < 2 ? (
                    <span class="hidden">{name}</span>
                  ) : (
                    indexAt(row * columns, shape)
                      .slice(0, -1)
                      .join(",")
                  )}
                </th>
                {Array.from({ length: columns }, (_, column) => {
                  const position = row * columns + column,
                    index = indexAt(position, shape),
                    value = values[position];
                  const isChosen = at === index.join(),
                    isTabStop = isChosen || isFirst;
                  isFirst = false;
                  const place = writeCell({ name, index }),
                    isSource = sources.has(place),
                    isTarget = targets.has(place);
                  const isDropped = isMask && value === 0;
                  const text = isHidden ? "?" : isDropped ? "drop" : shown(value, digits);
                  return (
                    <td
                      key={column}
                      class={[
                        isChosen ? "chosen" : "",
                        isSource ? "source" : "",
                        isTarget ? "target" : "",
                        isDropped ? "dropped" : "",
                        value === 0 ? "zero" : "",
                      ].join(" ")}
                    >
                      <button
                        type="button"
                        tabIndex={isTabStop ? 0 : -1}
                        aria-pressed={isChosen}
                        aria-label={`${placeText(name, index)} = ${text}${isSource ? INTO : ""}${isTarget ? FROM : ""}`}
                        onClick={() => onChoose({ name, index })}
                        onKeyDown={(event) => {
                          const step: Readonly<Record<string, readonly [number, number]>> = {
                            ArrowUp: [-1, 0],
                            ArrowDown: [1, 0],
                            ArrowLeft: [0, -1],
                            ArrowRight: [0, 1],
                          };
                          const by = step[event.key];
                          if (by === undefined) return;
                          event.preventDefault();
                          event.stopPropagation();
                          move(row + by[0], column + by[1]);
                        }}
                      >
                        {text}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {count < values.length && <p class="soft">{values.length - count} more numbers are not shown.</p>}
    </div>
  );
}
