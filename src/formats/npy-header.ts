import { DataError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";
import { quoted } from "./bytes.ts";
import type { ByteOrder } from "./byte-order.ts";
import type { StoredDType } from "./dtypes.ts";

/** What the header of an .npy file says. */
export interface NpyHeader {
  readonly dtype: StoredDType;
  readonly order: ByteOrder;
  readonly shape: Shape;
  /** The first axis varies fastest, as in Fortran, rather than the last. */
  readonly isFortran: boolean;
}

/** By kind and bytes, as numpy writes them. */
const DTYPES: ReadonlyMap<string, StoredDType> = new Map<string, StoredDType>([
  ["b1", "bool"], ["u1", "uint8"], ["i1", "int8"], ["u2", "uint16"], ["i2", "int16"], ["u4", "uint32"],
  ["i4", "int32"], ["u8", "uint64"], ["i8", "int64"], ["f2", "float16"], ["f4", "float32"], ["f8", "float64"],
]);

/** What numpy keeps in arrays beside numbers, by kind. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ["O", "Python objects, which only pickle can read, and pickle may run code from the file"],
  ["c", "complex numbers"], ["S", "texts"], ["a", "texts"], ["U", "texts"], ["V", "records"], ["M", "dates"],
  ["m", "durations"], ["f", "long floats"],
]);

/** As many as numpy itself takes. */
const MOST_AXES = 64;

/** One thing of a Python literal at a time; spaces between them are passed over. Python 2 wrote 3L and u"text". */
const TOKEN = /[ \n]*(?:u?'([^'\\\n]*)'|u?"([^"\\\n]*)"|(True|False)|(0|[1-9]\d{0,15})L?(?![\w.])|([{}():,[\]]))/y;

/**
 * Reads the header: a Python dictionary with `descr`, `fortran_order` and `shape`, each once. It is parsed token by
 * token and never evaluated.
 * @throws DataError for anything else, quoting it.
 */
export function parseNpyHeader(text: string, where: string): NpyHeader {
  const reader = new LiteralReader(text, where);
  let type: ReturnType<typeof typeOf> | undefined, shape: Shape | undefined, isFortran: boolean | undefined;
  reader.need("{");
  while (!reader.accept("}")) {
    const key = reader.text();
    reader.need(":");
    if (key === "descr" && type === undefined) type = typeOf(reader, where);
    else if (key === "fortran_order" && isFortran === undefined) isFortran = reader.flag();
    else if (key === "shape" && shape === undefined) shape = reader.tuple();
    else throw refusal(where, `the key ${quoted(key)}`, "descr, fortran_order and shape, each once");
    if (!reader.accept(",")) {
      reader.need("}");
      break;
    }
  }
  reader.end();
  if (type !== undefined && shape !== undefined && isFortran !== undefined) return { ...type, shape, isFortran };
  throw refusal(where, "a dictionary without one of its keys", "descr, fortran_order and shape");
}

function refusal(where: string, given: string, allowed: string): DataError {
  return new DataError({ where, given, allowed });
}

function typeOf(reader: LiteralReader, where: string): { dtype: StoredDType; order: ByteOrder } {
  if (reader.accept("[")) throw refusal(where, "an array of records", "an array of numbers");
  const descr = reader.text(), [mark] = descr, dtype = DTYPES.get(descr.slice(1));
  // One byte has no order, and is marked so.
  const isMarked = mark === "<" || mark === ">" || (mark === "|" && descr.endsWith("1"));
  if (dtype !== undefined && isMarked) return { dtype, order: mark === ">" ? "big" : "little" };
  const what = dtype === undefined ? OTHERS.get(descr.charAt(1)) : "its order of bytes is not said";
  const given = `dtype ${quoted(descr)}${what === undefined ? "" : ` (${what})`}`;
  throw refusal(where, given, `< or > and one of ${[...DTYPES.keys()].join(", ")}`);
}

/** Goes through a Python literal from its start. */
class LiteralReader {
  private readonly source: string;
  private readonly where: string;
  private at = 0;

  constructor(source: string, where: string) {
    this.source = source;
    this.where = where;
  }

  text(): string {
    const [, single, double] = this.next("a text in quotes", (found) => (found[1] ?? found[2]) !== undefined);
    return single ?? double;
  }

  flag(): boolean {
    return this.next("True or False", (found) => found[3] !== undefined)[3] === "True";
  }

  /** (), (3,) or (3, 4): in Python a comma makes the tuple. */
  tuple(): Shape {
    const lengths: number[] = [];
    this.need("(");
    while (!this.accept(")")) {
      if (lengths.length === MOST_AXES) throw refusal(this.where, "one axis more", `at most ${MOST_AXES}`);
      lengths.push(Number(this.next("an integer", (found) => Number.isSafeInteger(Number(found[4])))[4]));
      if (!this.accept(",")) {
        if (lengths.length < 2) throw refusal(this.where, "one number in brackets", "a comma behind it, as in (3,)");
        this.need(")");
        break;
      }
    }
    return lengths;
  }

  need(sign: string): void {
    this.next(sign, (found) => found[5] === sign);
  }

  accept(sign: string): boolean {
    const found = this.peek(), isThere = found?.[5] === sign;
    if (isThere) this.at += found[0].length;
    return isThere;
  }

  /** Behind the dictionary come spaces and the end of the line. */
  end(): void {
    const rest = this.source.slice(this.at).trim();
    if (rest !== "") throw refusal(this.where, quoted(rest), "nothing after the dictionary");
  }

  private peek(): RegExpExecArray | null {
    TOKEN.lastIndex = this.at;
    return TOKEN.exec(this.source);
  }

  private next(wanted: string, isRight: (found: RegExpExecArray) => boolean): RegExpExecArray {
    const found = this.peek();
    if (found === null || !isRight(found)) {
      const given = `${quoted(this.source.slice(this.at).trimStart().slice(0, 40))} in the header`;
      throw refusal(this.where, given, wanted);
    }
    this.at += found[0].length;
    return found;
  }
}
