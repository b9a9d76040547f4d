/** Follows the operations of a forward or backward, and can have one of them read other numbers. */
import { BufferPool } from "../../tensor/buffer-pool.ts";
import { allocate, Tensor, type DType, type Numbers } from "../../tensor/tensor.ts";
import { inside, withPool } from "./inside.ts";
import { isOfUser, placesInStack } from "./throws.ts";

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
  private undo: (() => void) | undefined;

  constructor() {
    super(0);
  }

  override allocate(length: number, dtype: DType): Numbers {
    return dtype === "float64" ? new Followed(length) : allocate(length, dtype);
  }

  /** An operation begins, whose result goes there. */
  note(data: Numbers): void {
    const index = this.made.length, place = this.places[index] ??= placeOfCall();
    this.settle();
    this.undo = this.before?.(place, index);
    this.made.push({ place, data });
  }

  run<T>(pass: () => T): T {
    this.made.length = 0;
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

  private settle(): void {
    this.undo?.();
    this.undo = undefined;
  }
}

/** Lines by where V8 sees them: to map one back to its source file, as test runners do, takes long. */
const known = new Map<string, string>(), users = new Map<string, boolean>();

/** The stack from above a function on: as it is written, and "file:line:column" of each frame as V8 sees it. */
function stackAbove<T>(
  above: (...given: never[]) => unknown, limit: number, use: (frames: string, written: () => string) => T,
): T {
  const { stackTraceLimit } = Error, prepare: unknown = Reflect.get(Error, "prepareStackTrace");
  const written = (): string => {
    const holder: { stack?: string } = {};
    Error.captureStackTrace?.(holder, above);
    return holder.stack ?? "";
  };
  try {
    Error.stackTraceLimit = limit;
    Error.prepareStackTrace = (_, sites) => sites.map((site) => {
      return `${site.getFileName() ?? ""}:${site.getLineNumber() ?? 0}:${site.getColumnNumber() ?? 0}`;
    }).join();
    const frames = written();
    Reflect.set(Error, "prepareStackTrace", prepare);
    return use(frames, written);
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace: prepare });
  }
}

/** The user's own lines of code that are being run now, the innermost first. */
export function placeOfCall(): string {
  return stackAbove(placeOfCall, 100, (key, written) => {
    const place = known.get(key) ?? placesInStack(written()).join(" < ");
    known.set(key, place);
    return place;
  });
}

/** Whether it is the user's own code that calls a function. */
export function isCalledByUser(called: (...given: never[]) => unknown): boolean {
  return stackAbove(called, 4, (key, written) => {
    const is = users.get(key) ?? isOfUser(written());
    users.set(key, is);
    return is;
  });
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
