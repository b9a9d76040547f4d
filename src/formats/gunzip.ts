import { DataError } from "../tensor/errors.ts";
import { isTyped } from "../tensor/realms.ts";
import { newBytes, type Declared } from "./bytes.ts";

/** Bytes of the packed file that are handed on at a time: some engines unpack all they are given at once. */
const SLICE = 16_384;

/** The most bytes that one byte of a deflate stream can stand for (zlib's technical details). */
const RATIO = 1032;

/** How long an unpacked file has to be. */
export interface Unpacked extends Declared {
  /** Where nothing says how long it is: this is the most that is taken. */
  readonly isMost?: true;
}

/** Whether these are the first bytes of a gzip file (RFC 1952, 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file of one member, checksum and length included, and stops as soon as more comes out than
 * the unpacked file says of itself: a small file that swells without end takes no memory.
 * @param declaredBy reads that out of what has come so far; undefined while that is too little to tell.
 * @param what to call the stream in errors.
 * @param check is called with each piece as it is unpacked, and may refuse it.
 * @throws DataError for what is cut off, damaged, longer than declared or followed by anything else.
 */
export async function gunzip(
  bytes: Uint8Array, name: string, declaredBy: (start: Uint8Array) => Unpacked | undefined,
  what = "a gzip stream", check?: (piece: Uint8Array) => void,
): Promise<Uint8Array> {
  const first: Uint8Array[] = [];
  let length = 0, declared: Unpacked | undefined, file: Uint8Array | undefined;
  for await (const chunk of unpacked(bytes, name, what)) {
    const at = length;
    length += chunk.length;
    check?.(chunk);
    if (declared === undefined || file === undefined) {
      first.push(chunk);
      const start = joined(first, length, name);
      declared = declaredBy(start);
      if (declared === undefined) continue;
      checkCanHold(bytes.length, name, declared, what);
      file = newBytes(roomFor(declared, bytes), name);
      file.set(start.subarray(0, file.length));
    }
    if (length > declared.bytes) {
      const given = `more than ${declared.bytes} bytes out of ${what} of ${bytes.length}`;
      throw new DataError({ where: name, given, allowed: `${declared.bytes} bytes: ${declared.words}` });
    }
    if (length > file.length) break; // more than the last four bytes say
    if (at > 0) file.set(chunk, at);
  }
  // Engines differ in what they let stand behind a stream; the stream's own end is its length, modulo 2^32.
  if (lengthIn(bytes) === length % 0x1_0000_0000) return file?.subarray(0, length) ?? joined(first, length, name);
  const given = `${length} bytes out of ${what} whose last four bytes say ${lengthIn(bytes)}`;
  throw new DataError({ where: name, given, allowed: "one stream, and nothing after it" });
}

/** What the last four bytes of the stream say: its length unpacked, modulo 2^32. */
function lengthIn(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
}

/** The bytes to make room for; where no header tells, as many as the stream's end says, if it can hold them. */
function roomFor({ bytes, isMost }: Unpacked, packed: Uint8Array): number {
  return isMost === true ? Math.min(bytes, lengthIn(packed), packed.length * RATIO) : bytes;
}

/** What a gzip file begins with, unpacked; of all the rest nothing is unpacked. */
export async function beginningOf(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  for await (const chunk of unpacked(bytes, name, "a gzip stream")) if (chunk.length > 0) return chunk;
  return new Uint8Array(0);
}

/** Before the rest is unpacked: more than deflate can pack into so few bytes is not there. */
function checkCanHold(length: number, name: string, { bytes: wanted, words, isMost }: Unpacked, what: string): void {
  if (wanted <= length * RATIO || isMost === true) return;
  const given = `${what} of ${length} bytes, which can hold ${length * RATIO} at most`;
  throw new DataError({ where: name, given, allowed: `${wanted} bytes: ${words}` });
}

/** What comes out of the stream, chunk by chunk. Whoever stops asking stops the unpacking. */
async function* unpacked(bytes: Uint8Array, name: string, what: string): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new DecompressionStream("gzip");
  const reader = readable.getReader(), writer = writable.getWriter();
  const feed = async () => {
    for (let start = 0; start < bytes.length; start += SLICE) {
      await writer.ready;
      await writer.write(bytes.slice(start, start + SLICE));
    }
    await writer.close();
  };
  // What goes wrong on this side is told on the other as well.
  feed().catch(() => undefined);
  try {
    for (;;) {
      const next = reader.read().catch((error: unknown) => { throw refusal(error, name, what); });
      const read = await next;
      if (read.done) return;
      const chunk: unknown = read.value;
      if (isTyped(chunk, "Uint8Array")) yield chunk;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Engines word it differently, and some say nothing but a code. */
function refusal(error: unknown, name: string, what: string): DataError {
  const { code } = Object(error) as { code?: unknown };
  const said = `${String(error)} ${String(code)}`;
  const isCut = /Z_BUF_ERROR|truncated|unexpected end/i.test(said);
  const given = `${what} that is ${isCut ? "cut off" : "damaged, or not alone"}`;
  return new DataError({ where: name, given, allowed: "one whole stream whose checksum is right" });
}

function joined(chunks: readonly Uint8Array[], length: number, name: string): Uint8Array {
  const all = newBytes(length, name);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
