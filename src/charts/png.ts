/**
 * A small picture as a data address, so that the page needs no other file. PNG because, of the formats every
 * browser reads, it alone has see-through pixels and can be written in a page of code: with a palette and
 * without compression.
 */

/** Red, green, blue and opacity, each 0 to 255. */
export type Colour = readonly [number, number, number, number];

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** For each pixel, row by row, its place in the palette. */
  readonly pixels: Uint8Array;
  /** At most 256 colours. */
  readonly palette: readonly Colour[];
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
/** The most a block of stored bytes can hold (RFC 1951, 3.2.4). */
const BLOCK = 65535;

function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** CRC-32 (PNG specification, annex D), one bit at a time. */
function crc32(bytes: readonly number[]): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Adler-32 (RFC 1950, 8.2). */
function adler32(bytes: readonly number[]): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

/** A zlib stream (RFC 1950) of stored blocks: nothing saved, nothing to go wrong. */
function stored(bytes: readonly number[]): number[] {
  const stream = [0x78, 0x01];
  for (let start = 0; start < bytes.length; start += BLOCK) {
    const block = bytes.slice(start, start + BLOCK);
    const [low, high] = [block.length & 255, block.length >>> 8];
    stream.push(start + BLOCK >= bytes.length ? 1 : 0, low, high, low ^ 255, high ^ 255);
    for (const byte of block) stream.push(byte);
  }
  return [...stream, ...bigEndian(adler32(bytes))];
}

function chunk(type: string, body: readonly number[]): number[] {
  const named = [...Array.from(type, (letter) => letter.charCodeAt(0)), ...body];
  return [...bigEndian(body.length), ...named, ...bigEndian(crc32(named))];
}

/** The bytes of the picture as a PNG file. */
export function pngBytes({ width, height, pixels, palette }: Picture): Uint8Array {
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    // Each row is led by its filter: 0, none.
    rows.push(0, ...pixels.subarray(y * width, (y + 1) * width));
  }
  // Eight bits a pixel, colour type 3 (palette), then compression, filter method and no interlacing.
  const header = [...bigEndian(width), ...bigEndian(height), 8, 3, 0, 0, 0];
  return Uint8Array.from([
    ...SIGNATURE,
    ...chunk("IHDR", header),
    ...chunk("PLTE", palette.flatMap(([red, green, blue]) => [red, green, blue])),
    ...chunk("tRNS", palette.map(([, , , opacity]) => opacity)),
    ...chunk("IDAT", stored(rows)),
    ...chunk("IEND", []),
  ]);
}

/** The picture as an address for an img's src. */
export function pngAddress(picture: Picture): string {
  const letters = Array.from(pngBytes(picture), (byte) => String.fromCharCode(byte));
  return `data:image/png;base64,${btoa(letters.join(""))}`;
}
