/** Follows the operations of a forward or backward, and can have one of them read other numbers. */
import { BufferPool, withPool } from "../../tensor/buffer-pool.ts";
import { allocate, Tensor, type DType, type Numbers } from "../../tensor/tensor.ts";
import { inside } from "./inside.ts";
import { placesInStack } from "./throws.ts";

/** The result of one operation. */
interface Made {
  /** The lines of the user's code that called it: "layer.ts:14:20 < layer.ts:9:3". */
  readonly place: string;
  readonly data: Numbers;
}

/** The watch of the run under way: each array that is cut out of another notes itself there. */
let current: Watch | undefined;

function setCurrent(watch: Watch | undefined): void {
  current = watch;
}

/** Numbers whose slices and maps are results as well. */
class Followed extends Float64Array<ArrayBuffer> {
  constructor(...given: [length: number] | [numbers: ArrayLike<number>] | [ArrayBuffer, number?, number?]) {
    super(...given as [ArrayBuffer]);
    if (typeof given[0] === "number") current?.note(this);
  }
}

/** Operations ask it for the arrays of their results, so it learns of each before it reads its operands. */
export class Watch extends BufferPool {
  /** In the order of the operations of the last run. */
  readonly made: Made[] = [];
  override readonly minLength = 0;
  /** Called before each operation; what it returns is called when the next one begins. */
  before: ((place: string, index: number) => (() => void) | undefined) | undefined;
  private readonly places: string[] = [];
  private count = 0;
  private undo: (() => void) | undefined;

  constructor() {
    super(0);
  }

  override allocate(length: number, dtype: DType): Numbers {
    return dtype === "float64" ? new Followed(length) : allocate(length, dtype);
  }

  /** An operation begins, whose result goes there. */
  note(data: Numbers): void {
    const place = this.next(this.made.length);
    this.made.push({ place, data });
  }

  /** Another step of the run begins, which may read all that was made before. */
  next(index = -1): string {
    const place = this.places[this.count++] ??= placeOfCall();
    this.settle();
    this.undo = this.before?.(place, index);
    return place;
  }

  run<T>(pass: () => T): T {
    this.made.length = this.count = 0;
    return inside(() => withPool(this, () => {
      try {
        setCurrent(this);
        return pass();
      } finally {
        setCurrent(undefined);
        this.settle();
      }
    }));
  }

  /** How many steps there have been in this run. */
  get steps(): number {
    return this.count;
  }

  /** The lines of the steps from one on. */
  stepsFrom(step: number): readonly string[] {
    return [...new Set(this.places.slice(step))];
  }

  private settle(): void {
    this.undo?.();
    this.undo = undefined;
  }
}

/** Lines by where V8 sees them: to map one back to its source file, as test runners do, takes long. */
const known = new Map<string, string>();

/** The user's own lines of code that are being run now, the innermost first. */
export function placeOfCall(): string {
  const { stackTraceLimit } = Error, prepare: unknown = Reflect.get(Error, "prepareStackTrace");
  const stack = (): string => {
    const holder: { stack?: string } = {};
    Error.captureStackTrace?.(holder);
    return holder.stack ?? "";
  };
  try {
    Error.stackTraceLimit = 100;
    Error.prepareStackTrace = (_, sites) => sites.map((site) => {
      return `${site.getFileName() ?? ""}:${site.getLineNumber() ?? 0}:${site.getColumnNumber() ?? 0}`;
    }).join();
    const key = stack();
    Reflect.set(Error, "prepareStackTrace", prepare);
    const place = known.get(key) ?? placesInStack(stack()).join(" < ");
    known.set(key, place);
    return place;
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace: prepare });
  }
}

/** Of the lines that lead to a place, the innermost that is not one of a helper, which is called from several lines. */
export function shownPlace(place: string, all: readonly string[]): string {
  const own = place.split(" < "), lines = all.map((one) => one.split(" < "));
  const at = own.findIndex((line, i) => lines.every((other) => {
    const there = other.indexOf(line);
    return there < 0 || other[there + 1] === own[i + 1];
  }));
  return own[Math.max(at, 0)];
}

/** Other numbers in these arrays; returns what puts the old ones back. */
export function overwrite(arrays: readonly Numbers[], by: (index: number) => ArrayLike<number>): () => void {
  const held = arrays.map((data) => Float64Array.from(data));
  arrays.forEach((data, i) => { data.set(by(i)); });
  return () => { arrays.forEach((data, i) => { data.set(held[i]); }); };
}

/** The tensor, with numbers whose slices are noted. */
export function followed({ data, shape, meaning }: Tensor): Tensor {
  return new Tensor(new Followed(data), shape, meaning);
}
