/**
 * Images within a frame of other numbers. The lines of a framed image fall into `phases` parts: first what every
 * `phases`-th pixel shows from the first on, then from the second on, and so on. So a window that moves by that many
 * pixels sees numbers that lie side by side, whatever its step.
 */

/** Where pixel s of a framed line lies. */
@inline
function placeOf(line: usize, s: i32, phases: i32, partBytes: i32): usize {
  return line + (s % phases) * partBytes + (<usize>(s / phases) << 2);
}

/** Copies planes [height, width] to where they stand in frames; a framed plane has planeBytes, a line lineBytes. */
export function enframe(
  framed: usize, x: usize, planes: i32, height: i32, width: i32,
  planeBytes: i32, lineBytes: i32, phases: i32, partBytes: i32, top: i32, left: i32,
): void {
  for (let plane = 0; plane < planes; plane++) {
    let line = framed + top * lineBytes;
    for (let r = 0; r < height; r++, line += lineBytes) {
      if (phases == 1) {
        memory.copy(line + (<usize>left << 2), x, <usize>width << 2);
        x += <usize>width << 2;
      } else for (let s = 0; s < width; s++, x += 4) store<f32>(placeOf(line, s + left, phases, partBytes), load<f32>(x));
    }
    framed += planeBytes;
  }
}

/** The way back: planes [height, width] out of their frames. */
export function unframe(
  x: usize, framed: usize, planes: i32, height: i32, width: i32,
  planeBytes: i32, lineBytes: i32, phases: i32, partBytes: i32, top: i32, left: i32,
): void {
  for (let plane = 0; plane < planes; plane++) {
    let line = framed + top * lineBytes;
    for (let r = 0; r < height; r++, line += lineBytes) {
      if (phases == 1) {
        memory.copy(x, line + (<usize>left << 2), <usize>width << 2);
        x += <usize>width << 2;
      } else for (let s = 0; s < width; s++, x += 4) store<f32>(x, load<f32>(placeOf(line, s + left, phases, partBytes)));
    }
    framed += planeBytes;
  }
}
