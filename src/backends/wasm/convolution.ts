/** Convolutions by the kernels, image by image; small ones, and float64, are left to the reference loops. */
import type { Numbers } from "../../tensor/tensor.ts";
import type { ConvolutionLayout } from "../backend.ts";
import { addRounded } from "../reference/groups.ts";
import { alignedSize, type Arena } from "./arena.ts";
import type { Done } from "./availability.ts";
import { familyKernels } from "./family-kernels.ts";
import { allFloat32, scratchArenaFor } from "./scratch.ts";
import { weightKernels } from "./weight-kernels.ts";

/** With fewer numbers in y, and fewer products, the loops are done before the kernels have begun. */
const FEW_SUMS = 256, FEW_PRODUCTS = 4096;

/** Whether the loops do it faster, or have to. */
function isForLoops(
  { images, filters, places, channels, groups, kernel }: ConvolutionLayout,
  ...arrays: readonly (Numbers | undefined)[]
): boolean {
  const sums = images * filters * places[0] * places[1], products = sums * (channels / groups) * kernel[0] * kernel[1];
  return (sums < FEW_SUMS && products < FEW_PRODUCTS) || !allFloat32(...arrays);
}

/** Places of a block of lines: so many panel rows fit the first cache. Numbers of a part of X that fit the second. */
const PLACES = 256, PART = 16384;

/** How images lie in their frames of zeros, and how one place of the window finds its pixels there. */
interface Frame {
  /** Bytes of a plane, of a line, and of one phase of a line. */
  readonly planeBytes: number;
  readonly lineBytes: number;
  readonly partBytes: number;
  /** Of all planes, and of those of one group. */
  readonly bytes: number;
  readonly groupBytes: number;
  /** From a place of the window to the pixels of a group's taps, in bytes; from a line of places to the next. */
  readonly offsets: Int32Array;
  readonly stepBytes: number;
  /** Whether the frame is nothing at all. */
  readonly plain: boolean;
}

function frameOf({ channels, height, width, kernel, stride, padding, dilation, groups }: ConvolutionLayout): Frame {
  const [down, across] = stride, partBytes = 4 * Math.ceil((width + 2 * padding[1]) / across);
  const lineBytes = across * partBytes, planeBytes = lineBytes * (height + 2 * padding[0]);
  const offsets: number[] = [];
  for (let c = 0; c < channels / groups; c++) {
    for (let i = 0; i < kernel[0]; i++) {
      for (let j = 0; j < kernel[1]; j++) {
        const shift = j * dilation[1], part = (shift % across) * partBytes + 4 * Math.floor(shift / across);
        offsets.push(c * planeBytes + i * dilation[0] * lineBytes + part);
      }
    }
  }
  return {
    planeBytes, lineBytes, partBytes, bytes: channels * planeBytes, groupBytes: (channels / groups) * planeBytes,
    offsets: Int32Array.from(offsets),
    stepBytes: down * lineBytes, plain: across === 1 && padding[0] === 0 && padding[1] === 0,
  };
}

/** Sizes of one image and one group. */
function sizesOf({ channels, height, width, places, filters, groups }: ConvolutionLayout) {
  const image = channels * height * width, planes = places[0] * places[1], out = filters / groups;
  return { image, places: planes, out, out4: (out + 3) & ~3, result: filters * planes };
}

function placeOffsets(arena: Arena, offsets: Int32Array): number {
  const at = arena.scratch(4 * offsets.length);
  new Int32Array(arena.memory.buffer, at, offsets.length).set(offsets);
  return at;
}

function zeroed(arena: Arena, bytes: number): number {
  const at = arena.scratch(bytes);
  arena.heap.fill(0, at >> 2, (at + bytes) >> 2);
  return at;
}

/** Brings image after image, each in its frame, to the same place. */
function framing(arena: Arena, x: Numbers, layout: ConvolutionLayout, frame: Frame): (n: number) => number {
  const { channels, height, width, stride: [, phases], padding: [top, left] } = layout;
  const { planeBytes, lineBytes, partBytes, plain } = frame, size = channels * height * width;
  const image = arena.scratch(4 * size), framed = plain ? image : zeroed(arena, frame.bytes);
  const family = familyKernels(arena);
  return (n) => {
    arena.heap.set(x.subarray(n * size, (n + 1) * size), image >> 2);
    if (!plain) {
      family.enframe(framed, image, channels, height, width, planeBytes, lineBytes, phases, partBytes, top, left);
    }
    return framed;
  };
}

/** The way back: takes images out of their frames. */
function unframing(
  arena: Arena, x: Numbers, layout: ConvolutionLayout, frame: Frame,
): (n: number, framed: number) => void {
  const { channels, height, width, stride: [, phases], padding: [top, left] } = layout;
  const { planeBytes, lineBytes, partBytes, plain } = frame, size = channels * height * width;
  const image = arena.scratch(4 * size), family = familyKernels(arena);
  return (n, framed) => {
    if (!plain) {
      family.unframe(image, framed, channels, height, width, planeBytes, lineBytes, phases, partBytes, top, left);
    }
    const first = (plain ? framed : image) >> 2;
    x.set(arena.heap.subarray(first, first + size), n * size);
  };
}

export function convolve(
  y: Numbers, x: Numbers, w: Numbers, b: Numbers | undefined, layout: ConvolutionLayout,
): Done {
  if (isForLoops(layout, y, x, w, b)) return undefined;
  const frame = frameOf(layout), { image, out, out4, places, result } = sizesOf(layout);
  const { groups, images, places: [lines, width] } = layout, taps = frame.offsets.length;
  const arena = scratchArenaFor(
    alignedSize(4 * image) + alignedSize(frame.bytes) + alignedSize(4 * w.length)
    + alignedSize(4 * groups * out4 * taps)
    + alignedSize(4 * groups * out4) + alignedSize(4 * taps) + alignedSize(4 * result));
  const { heap } = arena, family = familyKernels(arena), products = weightKernels(arena);
  const weights = arena.load(w), bring = framing(arena, x, layout, frame);
  const rows = arena.scratch(4 * groups * out4 * taps), biases = zeroed(arena, 4 * groups * out4);
  const offsets = placeOffsets(arena, frame.offsets), to = arena.scratch(4 * result);
  for (let g = 0; g < groups; g++) {
    products.packRows(rows + 4 * g * out4 * taps, weights + 4 * g * out * taps, out, taps, 0, taps);
    if (b) heap.set(b.subarray(g * out, (g + 1) * out), (biases >> 2) + g * out4);
  }
  for (let n = 0; n < images; n++) {
    const framed = bring(n);
    for (let g = 0; g < groups; g++) {
      const filters = rows + 4 * g * out4 * taps, seen = framed + g * frame.groupBytes;
      family.multiplyShifted(
        to + 4 * g * out * places, filters, out, taps, seen, offsets, lines, frame.stepBytes, width,
        biases + 4 * g * out4);
    }
    y.set(heap.subarray(to >> 2, (to >> 2) + result), n * result);
  }
  return true;
}

export function addFilterGradients(
  dw: Numbers, db: Numbers | undefined, dy: Numbers, x: Numbers, layout: ConvolutionLayout,
): Done {
  if (isForLoops(layout, dw, db, dy, x)) return undefined;
  const frame = frameOf(layout), { image, out, places, result } = sizesOf(layout);
  const { groups, images, filters, places: [lines, width] } = layout, taps = frame.offsets.length;
  const linesAtOnce = Math.max(1, Math.floor(PLACES / width)), blocks = Math.ceil(lines / linesAtOnce);
  const listBytes = 8 * linesAtOnce * width + 32, workBytes = 128 * (linesAtOnce * width + 4 + out);
  const arena = scratchArenaFor(
    alignedSize(4 * image) + alignedSize(frame.bytes) + alignedSize(4 * taps) + alignedSize(4 * dw.length)
    + alignedSize(4 * result)
    + alignedSize(blocks * out * listBytes) + alignedSize(4 * blocks * out)
    + alignedSize(workBytes) + alignedSize(8 * filters));
  const { kernels, heap } = arena, family = familyKernels(arena), products = weightKernels(arena);
  const bring = framing(arena, x, layout, frame), offsets = placeOffsets(arena, frame.offsets);
  const sum = zeroed(arena, 4 * dw.length), slopes = arena.scratch(4 * result), sums = zeroed(arena, 8 * filters);
  const lists = arena.scratch(blocks * out * listBytes), counts = arena.scratch(4 * blocks * out);
  const workspace = arena.scratch(workBytes);
  for (let n = 0; n < images; n++) {
    const framed = bring(n), finite = kernels.isFinite(framed, frame.plain ? image : frame.bytes >> 2) === 1;
    heap.set(dy.subarray(n * result, (n + 1) * result), slopes >> 2);
    if (db) family.sumPlanes(sums, slopes, 1, filters, places);
    for (let g = 0; g < groups; g++) {
      const rows = slopes + 4 * g * out * places, seen = framed + g * frame.groupBytes;
      for (let block = 0; block < blocks; block++) {
        const list = lists + block * out * listBytes, count = counts + 4 * block * out;
        const first = block * linesAtOnce * width, last = Math.min(places, first + linesAtOnce * width);
        products.compressRows(list, listBytes, count, rows, out, places, first, last);
      }
      family.addPatchProducts(
        sum + 4 * g * out * taps, rows, out, lists, listBytes, counts, seen, offsets, taps,
        lines, linesAtOnce, frame.stepBytes, width, finite, workspace);
    }
  }
  for (let i = 0, at = sum >> 2; i < dw.length; i++, at++) dw[i] += heap[at];
  if (db) addRounded(db, new Float64Array(heap.buffer, sums, filters));
  return true;
}

export function inputGradient(dx: Numbers, dy: Numbers, w: Numbers, layout: ConvolutionLayout): Done {
  if (isForLoops(layout, dx, dy, w)) return undefined;
  const frame = frameOf(layout), { image, out, places, result } = sizesOf(layout);
  const { groups, images, places: [lines, width] } = layout, taps = frame.offsets.length, taps4 = (taps + 3) & ~3;
  const tapsAtOnce = Math.max(4, Math.floor(PART / places) & ~3);
  const arena = scratchArenaFor(
    alignedSize(4 * image) + alignedSize(frame.bytes) + alignedSize(4 * w.length)
    + alignedSize(4 * groups * out * taps4)
    + alignedSize(4 * taps) + alignedSize(4 * out) + alignedSize(4 * taps4) + alignedSize(4 * result)
    + alignedSize(4 * tapsAtOnce * places));
  const { heap } = arena, family = familyKernels(arena), products = weightKernels(arena);
  const weights = arena.load(w), rows = arena.scratch(4 * groups * out * taps4), biases = zeroed(arena, 4 * taps4);
  const offsets = placeOffsets(arena, frame.offsets);
  const planes = placeOffsets(arena, Int32Array.from({ length: out }, (_, o) => 4 * o * places));
  const slopes = arena.scratch(4 * result), columns = arena.scratch(4 * tapsAtOnce * places);
  const framed = arena.scratch(frame.bytes), bringBack = unframing(arena, dx, layout, frame);
  for (let g = 0; g < groups; g++) {
    products.packRowsTransposed(rows + 4 * g * out * taps4, weights + 4 * g * out * taps, taps, 0, out);
  }
  for (let n = 0; n < images; n++) {
    heap.set(dy.subarray(n * result, (n + 1) * result), slopes >> 2);
    heap.fill(0, framed >> 2, (framed + frame.bytes) >> 2);
    for (let g = 0; g < groups; g++) {
      const seen = framed + g * frame.groupBytes, right = slopes + 4 * g * out * places;
      for (let tap = 0; tap < taps; tap += tapsAtOnce) {
        const count = Math.min(tapsAtOnce, taps - tap), left = rows + 4 * out * (g * taps4 + tap);
        family.multiplyShifted(columns, left, count, out, right, planes, 1, 0, places, biases);
        family.addShifted(seen, offsets + 4 * tap, columns, count, lines, frame.stepBytes, width);
      }
    }
    bringBack(n, framed);
  }
  return true;
}
