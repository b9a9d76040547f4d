/** Numbers painted as pixels: on a canvas, as a strict policy allows no picture in an address. */
import { useEffect, useRef } from "preact/hooks";

export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

export function paint(
  canvas: HTMLCanvasElement | null,
  width: number,
  height: number,
  colour: (i: number) => Colour,
): void {
  const context = canvas?.getContext("2d"),
    image = context?.createImageData(width, height);
  if (!context || !image) return;
  for (let i = 0; i < width * height; i++) image.data.set(colour(i), 4 * i);
  context.putImageData(image, 0, 0);
}

/** From 0, black, to 1, white. */
export function grey(level: number): Colour {
  return [255 * level, 255 * level, 255 * level, 255];
}

interface PixelsProps {
  readonly width: number;
  readonly height: number;
  readonly colour: (i: number) => Colour;
  /** What the colours are made from: they are painted when it changes. */
  readonly of: unknown;
  /** What it shows; without one it is decoration. */
  readonly label?: string;
  readonly class?: string;
}

export function Pixels({ width, height, colour, of, label, class: name = "" }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => paint(canvas.current, width, height, colour), [of, width, height]);
  const role = label === undefined ? { "aria-hidden": true } : { role: "img" as const, "aria-label": label };
  return <canvas ref={canvas} width={width} height={height} class={name} {...role} />;
}
