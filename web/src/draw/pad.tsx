/** A square to draw in: by mouse, finger, or the arrow keys and the space bar. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { grey, paint } from "../ui/pixels.tsx";
import { addLine, inkOf, PAD, PEN, pixelOf, placeAt, PLACES, type Stroke } from "./strokes.ts";

type Place = Stroke[number];

interface Pen {
  readonly cursor: Place;
  readonly isDown: boolean;
}

interface PadProps {
  readonly strokes: readonly Stroke[];
  /** @param goesOn whether it is still the stroke of the last change. */
  readonly onChange: (strokes: readonly Stroke[], goesOn: boolean) => void;
  /** Is told of the ink once a frame while it grows. */
  readonly onInk: (ink: Float32Array) => void;
  /** Above the line that changes its length with the focus: nothing moves while it is clicked. */
  readonly children: ComponentChildren;
}

/** Of a key, in places. */
const MOVES: Readonly<Record<string, Place>> = {
  ArrowLeft: [-2, 0],
  ArrowRight: [2, 0],
  ArrowUp: [0, -2],
  ArrowDown: [0, 2],
};

export function Pad({ strokes, onChange, onInk, children }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null),
    ink = useRef<Float32Array>(new Float32Array(PAD * PAD)),
    frame = useRef(0);
  /** The stroke that the mouse or finger is drawing. */
  const current = useRef<Place[] | undefined>(undefined);
  /** Of the keyboard. */
  const [pen, setPen] = useState<Pen>({ cursor: [PLACES / 2, PLACES / 4], isDown: false }),
    [isFocused, setFocused] = useState(false);
  // Keys may come faster than the page is drawn.
  const known = useRef({ pen, strokes });
  known.current = { pen, strokes };

  const show = () => {
    frame.current = 0;
    paint(canvas.current, PAD, PAD, (i) => grey(ink.current[i]));
    onInk(ink.current);
  };
  useEffect(() => {
    ink.current = inkOf(strokes);
    show();
  }, [strokes]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const draw = (to: Place) => {
    if (current.current === undefined) return;
    const from = current.current[current.current.length - 1] ?? to;
    if (current.current.length > 0 && from[0] === to[0] && from[1] === to[1]) return;
    current.current.push(to);
    addLine(ink.current, from, to);
    frame.current ||= requestAnimationFrame(show);
  };
  const change = (next: readonly Stroke[], goesOn = false) => {
    known.current.strokes = next;
    onChange(next, goesOn);
  };
  const lift = () => {
    if (current.current === undefined) return;
    change([...strokes, current.current]);
    current.current = undefined;
  };
  const move = (to: Pen) => {
    known.current.pen = to;
    setPen(to);
  };
  const press = (event: { readonly key: string; preventDefault(): void }) => {
    const by = MOVES[event.key],
      { pen: at, strokes: all } = known.current;
    if (event.key === " ") {
      if (!at.isDown) change([...all, [at.cursor]]);
      move({ ...at, isDown: !at.isDown });
    } else if (event.key === "Delete" || event.key === "Backspace") {
      move({ ...at, isDown: false });
      change([]);
    } else if (by !== undefined) {
      const cursor = [clamped(at.cursor[0] + by[0]), clamped(at.cursor[1] + by[1])] as const;
      // A stroke that was taken back meanwhile begins anew.
      const last = all[all.length - 1] ?? [at.cursor];
      if (at.isDown) change([...all.slice(0, -1), [...last, cursor]], all.length > 0);
      move({ ...at, cursor });
    } else return;
    event.preventDefault();
  };
  return (
    <div>
      <div class="pad">
        <canvas
          ref={canvas}
          width={PAD}
          height={PAD}
          tabIndex={0}
          role="application"
          aria-label="Drawing. Arrow keys move the pen, space lowers or lifts it, Delete clears."
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setFocused(false);
            move({ ...known.current.pen, isDown: false });
          }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            current.current = [];
            draw(placeOf(event));
          }}
          onPointerMove={(event) => draw(placeOf(event))}
          onPointerUp={lift}
          onPointerCancel={lift}
          onKeyDown={press}
        />
        {isFocused && (
          <svg viewBox={`0 0 ${PAD} ${PAD}`} aria-hidden="true">
            <circle
              class={pen.isDown ? "pen down" : "pen"}
              cx={pixelOf(pen.cursor[0])}
              cy={pixelOf(pen.cursor[1])}
              r={PEN}
            />
          </svg>
        )}
      </div>
      {children}
      <p class="soft" role="status">
        {isFocused
          ? `Pen ${pen.isDown ? "down" : "up"}: arrow keys move it, space ${pen.isDown ? "lifts" : "lowers"} it.`
          : "Draw with mouse or finger, or press Tab to get here and use the arrow keys."}
      </p>
    </div>
  );
}

interface PointerPlace {
  readonly currentTarget: HTMLCanvasElement;
  readonly clientX: number;
  readonly clientY: number;
}

function placeOf({ currentTarget, clientX, clientY }: PointerPlace): Place {
  const { left, top, width, height } = currentTarget.getBoundingClientRect();
  return [placeAt((clientX - left) / width), placeAt((clientY - top) / height)];
}

function clamped(place: number): number {
  return Math.max(0, Math.min(PLACES - 1, place));
}
