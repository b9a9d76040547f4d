/** The remainder of each byte, computed on first use. */
let table: Uint32Array | undefined;

/** x^32 + x^26 + x^23 + … + 1, its bits in reverse order. */
const POLYNOMIAL = 0xedb8_8320;

function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
    }
    return remainder;
  });
}

/**
 * CRC-32 of the bytes, as in gzip, zip and PNG (RFC 1952, 8): it changes with any single bit, and with any damage of
 * at most 32 bits. It detects accidents, not forgery.
 * @param before the checksum of the bytes before these, for data in several parts.
 * @example
 * crc32(new TextEncoder().encode("123456789")).toString(16); // "cbf43926"
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const remainders = table ??= makeTable();
  let rest = ~before;
  for (let i = 0; i < bytes.length; i++) rest = remainders[(rest ^ bytes[i]) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}
