/** Files as their formats' descriptions have them, written without the framework. */
import { deflateRawSync } from "node:zlib";

/** IDX: two zeros, the type, the number of dimensions, the dimensions, the items. */
export function idxFile(code: number, shape: readonly number[], items: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, code, shape.length]);
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, items]);
}

/** The header's text as numpy writes it. */
export function npyText(descr: string, shape: readonly number[], isFortran = false): string {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  return `{'descr': '${descr}', 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': ${tuple}, }`;
}

/** .npy: magic, version, length of the header, the header up to a multiple of 64, the items. */
export function npyFile(text: string, items: Uint8Array, version = 1): Buffer {
  const lengthBytes = version === 1 ? 2 : 4, start = 8 + lengthBytes;
  const padded = Math.ceil((start + text.length + 1) / 64) * 64 - start;
  const head = Buffer.alloc(start);
  head.write("\x93NUMPY", "latin1");
  head[6] = version;
  head.writeUIntLE(padded, 8, lengthBytes);
  return Buffer.concat([head, Buffer.from(`${text.padEnd(padded - 1)}\n`, "latin1"), items]);
}

/** CRC-32, one bit at a time, as a polynomial is divided by hand. */
export function slowCrc32(bytes: Uint8Array): number {
  let rest = -1;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}

export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isDeflated?: boolean;
  /** Fields to be written otherwise than they should. */
  readonly wrong?: Partial<Readonly<Record<"flags" | "method" | "checksum" | "size", number>>>;
}

/** ZIP: each file behind a header of its own, then the directory, then its end. */
export function zipFile(members: readonly ZipMember[], comment = ""): Buffer {
  const locals: Buffer[] = [], central: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, isDeflated = false, wrong = {} } of members) {
    const packed = isDeflated ? deflateRawSync(bytes) : Buffer.from(bytes), label = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(wrong.flags ?? 0, 2);
    fields.writeUInt16LE(wrong.method ?? (isDeflated ? 8 : 0), 4);
    fields.writeUInt32LE(wrong.checksum ?? slowCrc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(wrong.size ?? bytes.length, 18);
    fields.writeUInt16LE(label.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, label, packed]), rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), fields, rest, label]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(central), end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, directory, end, Buffer.from(comment)]);
}

/** A safetensors file of this header's text, or bytes, and this data; its length said otherwise where wanted. */
export function safetensorsFile(header: string | Uint8Array, data: Uint8Array, length?: bigint): Buffer {
  const text = Buffer.from(header), head = Buffer.alloc(8);
  head.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([head, text, data]);
}
