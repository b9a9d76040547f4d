import { DataError } from "../tensor/errors.ts";
import { quoted, type Declared } from "./bytes.ts";
import { crc32 } from "./crc32.ts";
import { gunzip } from "./gunzip.ts";

/** Signatures and lengths of the parts of an archive (PKWARE's APPNOTE.TXT, 4.3). */
const LOCAL = 0x0403_4b50, LOCAL_BYTES = 30;
const CENTRAL = 0x0201_4b50, CENTRAL_BYTES = 46;
const END = 0x0605_4b50, END_BYTES = 22;
const STORED = 0, DEFLATED = 8;
/** The comment behind the end of the directory is not longer than this. */
const MOST_COMMENT = 65_535;
/** Stands where a number is too large for its field, and lies in the fields of ZIP64 instead. */
const TOO_LARGE = 0xffff_ffff, TOO_MANY = 0xffff;

/** What the directory says of a file in the archive, and where its bytes lie. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  /** Unpacked. */
  readonly size: number;
  readonly packed: Uint8Array;
}

/** Whether these are the first bytes of a ZIP archive, an empty one too. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5) && bytes[3] === bytes[2] + 1;
}

/**
 * The files in the directory of an archive. Their names are never used as paths.
 * @throws DataError for anything but an archive, and for one that is truncated, encrypted, in several parts or of
 * ZIP64, or whose files share bytes, as in a ZIP bomb.
 */
export function entriesOf(bytes: Uint8Array, name: string): readonly ZipEntry[] {
  const archive = new Archive(bytes, name), entries = new Map<string, ZipEntry>();
  const { count, start, end } = archive.directory();
  let at = start, taken = 0;
  for (let i = 0; i < count; i++) {
    const { entry, next } = archive.entryAt(at, start);
    if (entries.has(entry.name)) throw archive.refusal(`two files ${quoted(entry.name)}`, "each name once");
    entries.set(entry.name, entry);
    taken += LOCAL_BYTES + entry.packed.length;
    at = next;
  }
  if (at !== end) throw archive.refusal(`a directory of ${at - start} bytes`, `${end - start}, as its end says`);
  if (taken > start) throw archive.refusal("files that lie one upon the other", "bytes of its own for each");
  return [...entries.values()];
}

/**
 * A file of an archive, unpacked, its checksum compared; no more is unpacked than the file says of itself.
 * @param declaredBy reads what it says out of its first bytes.
 */
export async function unpackEntry(
  entry: ZipEntry, where: string, declaredBy: (start: Uint8Array) => Declared | undefined,
): Promise<Uint8Array> {
  const { method, checksum, size, packed } = entry;
  if (method === DEFLATED) return gunzip(asGzip(entry), where, declaredBy, "a deflate stream");
  if (method !== STORED) {
    throw new DataError({ where, given: `packed by method ${method}`, allowed: "0 (stored) or 8 (deflated)" });
  }
  const found = crc32(packed);
  if (packed.length === size && found === checksum) return packed;
  const given = `${packed.length} bytes of checksum ${found.toString(16)}`;
  throw new DataError({ where, given, allowed: `${size} bytes of checksum ${checksum.toString(16)}` });
}

/** The same deflate stream in a gzip file (RFC 1952), which every engine unpacks, checksum and length included. */
function asGzip({ packed, checksum, size }: ZipEntry): Uint8Array {
  const file = new Uint8Array(packed.length + 18), view = new DataView(file.buffer);
  file.set([0x1f, 0x8b, DEFLATED]);
  file.set(packed, 10);
  view.setUint32(file.length - 8, checksum, true);
  view.setUint32(file.length - 4, size, true);
  return file;
}

/** Reads an archive's own fields, none of them beyond its end. */
class Archive {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly name: string;

  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.name = name;
  }

  refusal(given: string, allowed: string): DataError {
    return new DataError({ where: this.name, given, allowed });
  }

  /** Where the directory lies, by what stands at the archive's end. */
  directory(): { count: number; start: number; end: number } {
    const { length } = this.bytes, first = Math.max(0, length - END_BYTES - MOST_COMMENT);
    for (let at = length - END_BYTES; at >= first; at--) {
      if (!this.isAt(at, END) || at + END_BYTES + this.short(at + 20) !== length) continue;
      const count = this.short(at + 10), size = this.long(at + 12), start = this.long(at + 16);
      if (count === TOO_MANY || start === TOO_LARGE || size === TOO_LARGE) throw this.zip64();
      if (this.long(at + 4) !== 0 || this.short(at + 8) !== count) {
        throw this.refusal("a part of an archive", "an archive in one file");
      }
      if (start + size !== at) throw this.refusal(`a directory from ${start} to ${start + size}`, `one up to ${at}`);
      return { count, start, end: at };
    }
    throw this.refusal("no directory at its end", "a whole ZIP archive");
  }

  /** The entry of the directory that begins here, and where the next one does. */
  entryAt(at: number, limit: number): { entry: ZipEntry; next: number } {
    if (!this.isAt(at, CENTRAL)) throw this.refusal(`no file's entry at ${at}`, "as many as the directory has");
    const nameEnd = at + CENTRAL_BYTES + this.short(at + 28);
    const next = nameEnd + this.short(at + 30) + this.short(at + 32);
    const name = this.nameIn(at + CENTRAL_BYTES, nameEnd), length = this.long(at + 20), size = this.long(at + 24);
    const local = this.long(at + 42);
    if ([length, size, local].includes(TOO_LARGE)) throw this.zip64();
    if ((this.short(at + 8) & 1) === 1) throw this.refusal(`${quoted(name)}, encrypted`, "files without a password");
    if (!this.isAt(local, LOCAL)) throw this.refusal(`no file at ${local}`, `${quoted(name)}, as the directory says`);
    const nameAt = local + LOCAL_BYTES, start = nameAt + this.short(local + 26) + this.short(local + 28);
    if (start + length > limit || this.nameIn(nameAt, nameAt + this.short(local + 26)) !== name) {
      throw this.refusal(`something else at ${local}`, `${quoted(name)} of ${length} bytes, as the directory says`);
    }
    const packed = this.bytes.subarray(start, start + length);
    return { entry: { name, method: this.short(at + 10), checksum: this.long(at + 16), size, packed }, next };
  }

  private zip64(): DataError {
    return this.refusal("an archive of ZIP64", "files below 4 GiB, and fewer than 65,535");
  }

  private isAt(at: number, signature: number): boolean {
    const bytes = signature === CENTRAL ? CENTRAL_BYTES : signature === LOCAL ? LOCAL_BYTES : END_BYTES;
    return at >= 0 && at + bytes <= this.bytes.length && this.long(at) === signature;
  }

  private short(at: number): number {
    return this.view.getUint16(at, true);
  }

  private long(at: number): number {
    return this.view.getUint32(at, true);
  }

  private nameIn(start: number, end: number): string {
    return new TextDecoder().decode(this.bytes.subarray(start, end));
  }
}
