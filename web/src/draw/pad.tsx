/** A square to draw in: by mouse, finger, or the arrow keys and the space bar. */
import { useEffect, useRef, useState } from "preact/hooks";
import { grey, paint } from "../ui/pixels.tsx";

/** Pixels of the drawing's side. */
export const PAD = 112;
const PEN = 5;

interface PadProps {
  readonly onDraw: (ink: Float32Array) => void;
}

export function Pad({ onDraw }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null),
    ink = useRef(new Float32Array(PAD * PAD)),
    last = useRef<readonly [number, number] | undefined>(undefined);
  const [cursor, setCursor] = useState<readonly [number, number]>([PAD / 2, PAD / 4]),
    [isDown, setDown] = useState(false),
    [isFocused, setFocused] = useState(false);

  const show = () => paint(canvas.current, PAD, PAD, (i) => grey(ink.current[i]));
  useEffect(show, []);

  const stroke = (from: readonly [number, number], to: readonly [number, number]) => {
    const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])) || 1;
    for (let i = 0; i <= steps; i++)
      dot(ink.current, from[0] + ((to[0] - from[0]) * i) / steps, from[1] + ((to[1] - from[1]) * i) / steps);
    show();
    onDraw(ink.current.slice());
  };
  const placeOf = ({
    currentTarget,
    clientX,
    clientY,
  }: {
    currentTarget: HTMLCanvasElement;
    clientX: number;
    clientY: number;
  }): readonly [number, number] => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    return [(PAD * (clientX - left)) / width, (PAD * (clientY - top)) / height];
  };
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [-4, 0],
    ArrowRight: [4, 0],
    ArrowUp: [0, -4],
    ArrowDown: [0, 4],
  };
  const clear = () => {
    ink.current = new Float32Array(PAD * PAD);
    show();
    onDraw(ink.current);
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
          onBlur={() => setFocused(false)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            last.current = placeOf(event);
            stroke(last.current, last.current);
          }}
          onPointerMove={(event) => {
            if (last.current === undefined) return;
            const to = placeOf(event);
            stroke(last.current, to);
            last.current = to;
          }}
          onPointerUp={() => {
            last.current = undefined;
          }}
          onPointerCancel={() => {
            last.current = undefined;
          }}
          onKeyDown={(event) => {
            const by = moves[event.key];
            if (event.key === " ") {
              if (!isDown) stroke(cursor, cursor);
              setDown(!isDown);
            } else if (event.key === "Delete" || event.key === "Backspace") clear();
            else if (by !== undefined) {
              const to = [clamped(cursor[0] + by[0]), clamped(cursor[1] + by[1])] as const;
              if (isDown) stroke(cursor, to);
              setCursor(to);
            } else return;
            event.preventDefault();
          }}
        />
        {isFocused && (
          <svg viewBox={`0 0 ${PAD} ${PAD}`} aria-hidden="true">
            <circle class={isDown ? "pen down" : "pen"} cx={cursor[0]} cy={cursor[1]} r={PEN} />
          </svg>
        )}
      </div>
      <p class="soft" role="status">
        {isFocused
          ? `Pen ${isDown ? "down" : "up"}: arrow keys move it, space ${isDown ? "lifts" : "lowers"} it.`
          : "Draw with mouse or finger, or move here with Tab and use the arrow keys."}
      </p>
      <button type="button" onClick={clear}>
        Clear
      </button>
    </div>
  );
}

function clamped(value: number): number {
  return Math.max(0, Math.min(PAD - 1, value));
}

/** A round pen with a soft edge. */
function dot(ink: Float32Array, x: number, y: number): void {
  for (let row = Math.max(0, Math.floor(y - PEN)); row <= Math.min(PAD - 1, Math.ceil(y + PEN)); row++) {
    for (let column = Math.max(0, Math.floor(x - PEN)); column <= Math.min(PAD - 1, Math.ceil(x + PEN)); column++) {
      const value = Math.max(0, Math.min(1, PEN - Math.hypot(column - x, row - y)));
      ink[row * PAD + column] = Math.max(ink[row * PAD + column], value);
    }
  }
}
