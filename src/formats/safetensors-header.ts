import { DataError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { quoted } from "./bytes.ts";

/** The one name in a header that is no tensor's. */
export const METADATA = "__metadata__";

/** More axes than any array has; so long a shape is an accident, or an attack. */
const MOST_AXES = 64;

/** More names than any file has; each takes many times its bytes in memory. */
const MOST_NAMES = 300_000;

/** JSON's spaces, as many as there are from a place on. */
const SPACES = /[ \t\n\r]*/y;
const SPACE = 0x20;

/** What a header says of one tensor. */
export interface HeaderEntry {
  readonly dtype: string;
  readonly shape: Shape;
  /** Of its first byte, and of the byte after its last one, behind the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: ReadonlyMap<string, HeaderEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads the JSON of a header: one object with tensors by name, and texts under `__metadata__`. JSON.parse would
 * accept duplicate names and any depth; this accepts only what a header may contain.
 * @param file the name of the file in errors.
 * @throws DataError naming the position.
 */
export function parseHeader(text: string, file: string): Header {
  const entries = new Map<string, HeaderEntry>(), metadata = new Map<string, string>();
  const reader = new HeaderReader(text, file);
  if (!text.startsWith("{")) throw reader.refusal(quoted(text.slice(0, 20)), "a header that begins with {");
  reader.members((name) => {
    if (name === METADATA) reader.members((key) => metadata.set(key, reader.text()));
    else entries.set(name, entryOf(reader, name));
  });
  reader.end();
  return { entries, metadata };
}

function entryOf(reader: HeaderReader, name: string): HeaderEntry {
  let dtype: string | undefined, shape: Shape | undefined, offsets: readonly number[] | undefined;
  reader.members((field) => {
    if (field === "dtype") dtype = reader.text();
    else if (field === "shape") shape = reader.numbers();
    else if (field === "data_offsets") offsets = reader.numbers();
    else throw reader.refusal(`${quoted(field)} in tensor ${quoted(name)}`, "dtype, shape and data_offsets");
  });
  if (dtype !== undefined && shape !== undefined && offsets?.length === 2) {
    return { dtype, shape, begin: offsets[0], end: offsets[1] };
  }
  throw reader.refusal(`tensor ${quoted(name)} without one of them`, "a dtype, a shape and two data_offsets each");
}

/** Goes through the text from its start, a value at a time. */
class HeaderReader {
  private readonly source: string;
  private readonly file: string;
  private at = 0;

  constructor(source: string, file: string) {
    this.source = source;
    this.file = file;
  }

  refusal(given: string, allowed: string): DataError {
    return new DataError({ where: `${this.file}, header, character ${this.at}`, given, allowed });
  }

  /** An object: for each of its names, which must differ, `read` takes the value. */
  members(read: (name: string) => void): void {
    const names = new Set<string>();
    this.list("{", "}", () => {
      const name = this.text();
      if (names.has(name)) throw this.refusal(`the name ${quoted(name)} a second time`, "each name once");
      if (names.size === MOST_NAMES) throw this.refusal("one name more", `at most ${MOST_NAMES} in an object`);
      names.add(name);
      this.need(":");
      read(name);
    });
  }

  /** A list of integers. */
  numbers(): readonly number[] {
    const found: number[] = [];
    this.list("[", "]", () => {
      if (found.length === MOST_AXES) throw this.refusal("one number more", `a list of at most ${MOST_AXES}`);
      found.push(this.number());
    });
    return found;
  }

  text(): string {
    this.skipSpace();
    const { source, at } = this;
    let end = at + 1;
    while (end < source.length && source[end] !== '"') end += source[end] === "\\" ? 2 : 1;
    const value = source[at] === '"' ? parsed(source.slice(at, end + 1)) : undefined;
    if (value === undefined) throw this.refusal(this.beginning(), "a text in quotes");
    this.at = end + 1;
    return value;
  }

  /** After the object only spaces may come. */
  end(): void {
    this.skipSpace();
    if (this.at < this.source.length) throw this.refusal(this.beginning(), "nothing after the object");
  }

  private list(open: string, close: string, readOne: () => void): void {
    this.need(open);
    if (this.accept(close)) return;
    do readOne(); while (this.accept(","));
    this.need(close);
  }

  private number(): number {
    this.skipSpace();
    const digits = /^(?:0|[1-9]\d{0,15})(?![\d.eE])/.exec(this.source.slice(this.at, this.at + 20))?.[0] ?? "";
    const value = digits === "" ? NaN : Number(digits);
    if (!Number.isSafeInteger(value)) throw this.refusal(this.beginning(), "an integer from 0 to 2^53 - 1");
    this.at += digits.length;
    return value;
  }

  private need(sign: string): void {
    if (!this.accept(sign)) throw this.refusal(this.beginning(), sign);
  }

  private accept(sign: string): boolean {
    this.skipSpace();
    if (this.source[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    if (this.source.charCodeAt(this.at) > SPACE) return;
    SPACES.lastIndex = this.at;
    SPACES.test(this.source);
    this.at = SPACES.lastIndex;
  }

  /** What stands here. */
  private beginning(): string {
    return this.at < this.source.length ? quoted(this.source.slice(this.at, this.at + 20)) : "the end";
  }
}

/** A JSON text, or undefined for what is none, or would not be the same again in UTF-8 (half a character). */
function parsed(source: string): string | undefined {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === "string" && !hasHalf(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text has one of a pair of surrogates without the other, which no UTF-8 can say. */
export function hasHalf(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
