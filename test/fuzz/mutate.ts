/** Integers from 0, the same again for the same seed (xorshift32, Marsaglia 2003). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed + 0x9e3779b9) | 0 || 1;
  }

  below(count: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % count;
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)];
  }
}

type Mutation = (bytes: Buffer, dice: Dice, other: Uint8Array) => Uint8Array;

const LENGTHS = [
  0n, 1n, 255n, 65535n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n,
];
const WORDS = [
  "0", "-1", "1e9", "18446744073709551615", "99999999999", '"', "'", "{", "]", ",", "null", "\n", "\ud83d", "NaN",
];

const random = (dice: Dice, length: number) => Buffer.from(Array.from({ length }, () => dice.below(256)));
/** Half of all places lie in the first bytes, where headers are. */
const place = (dice: Dice, length: number) =>
  dice.below(Math.max(1, dice.below(2) === 0 ? Math.min(length, 24) : length));

const flipBits: Mutation = (bytes, dice) => {
  for (let left = 1 + dice.below(4); left > 0 && bytes.length > 0; left--) {
    bytes[dice.below(bytes.length)] ^= 1 << dice.below(8);
  }
  return bytes;
};
const cut: Mutation = (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1));
const grow: Mutation = (bytes, dice) => {
  const length = 1 + dice.below(dice.one([4, 100, 5000]));
  return Buffer.concat([bytes, dice.below(2) === 0 ? Buffer.alloc(length) : random(dice, length)]);
};
const insert: Mutation = (bytes, dice) => {
  const at = place(dice, bytes.length), inserted = random(dice, 1 + dice.below(8));
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
};
const leaveOut: Mutation = (bytes, dice) => {
  const at = place(dice, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + dice.below(8))]);
};
/** A length that is said to be another. */
const setLength: Mutation = (bytes, dice) => {
  const field = Buffer.alloc(8), size = dice.one([1, 2, 4, 8]), at = place(dice, bytes.length);
  const value = dice.one(LENGTHS);
  if (dice.below(2) === 0) field.writeBigUInt64LE(value);
  else field.writeBigUInt64BE(value << BigInt(64 - 8 * size) & 2n ** 64n - 1n);
  field.copy(bytes, at, 0, Math.min(size, bytes.length - at));
  return bytes;
};
/** A number or sign of the text that is another. */
const setWord: Mutation = (bytes, dice) => {
  const digits = [...bytes.keys()].filter((i) => bytes[i] >= 0x30 && bytes[i] <= 0x39);
  const at = digits.length > 0 && dice.below(2) === 0 ? dice.one(digits) : dice.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(dice.one(WORDS)), bytes.subarray(at + 1)]);
};
/** A part of the file twice, or in another place. */
const repeat: Mutation = (bytes, dice) => {
  const from = dice.below(bytes.length + 1), part = bytes.subarray(from, from + 1 + dice.below(60));
  const at = dice.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
};
/** The header of another file before this one's rest. */
const splice: Mutation = (bytes, dice, other) => {
  const at = dice.below(other.length + 1), from = dice.below(2) === 0 ? at : dice.below(bytes.length + 1);
  return Buffer.concat([other.subarray(0, at), bytes.subarray(from)]);
};

const MUTATIONS: readonly Mutation[] = [
  flipBits, flipBits, cut, grow, insert, leaveOut, setLength, setLength, setWord, setWord, repeat, splice,
];

/** A copy of the bytes with something wrong, in one to three ways. */
export function mutated(bytes: Uint8Array, dice: Dice, other: Uint8Array): Uint8Array {
  let result = Buffer.from(bytes);
  for (let left = dice.one([1, 1, 1, 2, 3]); left > 0; left--) {
    result = Buffer.from(dice.one(MUTATIONS)(result, dice, other));
  }
  return result;
}
