import { DataError } from "../tensor/errors.ts";

/** Bytes of the packed file that are handed on at a time: some engines unpack all they are given at once. */
const SLICE = 16_384;

/** The most bytes that one byte of a deflate stream can stand for (zlib's technical details). */
const RATIO = 1032;

/** What an unpacked file has to be: its whole length, and in words where that length comes from. */
export interface Declared {
  readonly bytes: number;
  readonly words: string;
}

/** Whether these are the first bytes of a gzip file (RFC 1952, 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip file of one member, checksum and length included, and stops as soon as more comes out than
 * the unpacked file says of itself: a small file that swells without end takes no memory.
 * @param declaredBy reads that out of what has come so far; undefined while that is too little to tell.
 * @throws DataError for what is cut off, damaged, longer than declared or followed by anything else.
 */
export async function gunzip(
  bytes: Uint8Array, name: string, declaredBy: (start: Uint8Array) => Declared | undefined,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0, declared: Declared | undefined;
  for await (const chunk of unpacked(bytes, name)) {
    chunks.push(chunk);
    length += chunk.length;
    if (declared === undefined) {
      declared = declaredBy(joined(chunks, length));
      if (declared !== undefined) checkCanHold(bytes, name, declared);
    }
    if (declared !== undefined && length > declared.bytes) {
      const given = `more than ${declared.bytes} bytes out of a gzip stream of ${bytes.length}`;
      throw new DataError({ where: name, given, allowed: `${declared.bytes} bytes: ${declared.words}` });
    }
  }
  // Engines differ in what they let stand behind a stream; the stream's own end is its length, modulo 2^32.
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  if (end === length % 0x1_0000_0000) return joined(chunks, length);
  const given = `${length} bytes out of a gzip stream whose last four bytes say ${end}`;
  throw new DataError({ where: name, given, allowed: "one gzip stream, and nothing after it" });
}

/** Before the rest is unpacked: more than deflate can pack into so few bytes is not there. */
function checkCanHold(bytes: Uint8Array, name: string, { bytes: wanted, words }: Declared): void {
  if (wanted <= bytes.length * RATIO) return;
  const given = `a gzip stream of ${bytes.length} bytes, which can hold ${bytes.length * RATIO} at most`;
  throw new DataError({ where: name, given, allowed: `${wanted} bytes: ${words}` });
}

/** What comes out of the stream, chunk by chunk. Whoever stops asking stops the unpacking. */
async function* unpacked(bytes: Uint8Array, name: string): AsyncGenerator<Uint8Array> {
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
      const next = reader.read().catch((error: unknown) => { throw refusal(error, name); });
      const read = await next;
      if (read.done) return;
      const chunk: unknown = read.value;
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Engines word it differently, and some say nothing but a code. */
function refusal(error: unknown, name: string): DataError {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const said = `${String(error)} ${String(code)}`;
  const isCut = /Z_BUF_ERROR|truncated|unexpected end/i.test(said);
  const given = isCut ? "a gzip stream that is cut off" : "a gzip stream that is damaged, or not alone";
  return new DataError({ where: name, given, allowed: "one whole gzip stream whose checksum is right" });
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
