import { Tensor, type DType } from "chainrule";

/** A file that is not what the format says; the message names the file and the place in it. */
export class FormatError extends Error {}

/** The numbers of a tensor, or of anything like one, before a dtype is chosen. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const NOT_FINITE = ["NaN", "Infinity", "-Infinity"];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumberLike(value: unknown): value is number | string {
  return typeof value === "number" || (typeof value === "string" && NOT_FINITE.includes(value));
}

function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

/** What went wrong, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function numbersOf(path: string, value: unknown): readonly number[] {
  if (!Array.isArray(value)) throw new FormatError(`${path}: a list of numbers is expected`);
  const wrong = value.findIndex((member) => !isNumberLike(member));
  if (wrong < 0) return value.map(Number);
  throw new FormatError(`${path}[${wrong}]: a number is expected, got ${JSON.stringify(value[wrong])}`);
}

/** @throws FormatError unless it is { shape, dtype, data } with as many numbers as the shape says. */
export function valuesOf(path: string, value: unknown): Values {
  if (!isRecord(value) || !isShape(value.shape) || (value.dtype !== "float" && value.dtype !== "int")) {
    throw new FormatError(`${path}: a tensor { shape, dtype: "float" or "int", data } is expected`);
  }
  const data = numbersOf(`${path}.data`, value.data);
  const size = value.shape.reduce((product, length) => product * length, 1);
  if (data.length === size) return { shape: value.shape, data };
  throw new FormatError(`${path}: ${data.length} numbers in a tensor of shape [${value.shape.join(", ")}]`);
}

export function tensorOf({ shape, data }: Values, dtype: DType): Tensor {
  return new Tensor(dtype === "float32" ? Float32Array.from(data) : Float64Array.from(data), shape);
}

/** Checks every tensor within a value, however deep it lies. */
export function checkTensors(path: string, value: unknown): void {
  if (Array.isArray(value)) value.forEach((member, i) => checkTensors(`${path}[${i}]`, member));
  else if (isRecord(value)) {
    if ("shape" in value) valuesOf(path, value);
    else for (const [name, member] of Object.entries(value)) checkTensors(`${path}.${name}`, member);
  }
}

/** All that is numeric within a value, by its dotted name: "out", "grads.x", "param_after_step.0". */
export function flatten(path: string, value: unknown, name = ""): ReadonlyMap<string, Values> {
  const inner = (entries: [string | number, unknown][]) => new Map(
    entries.flatMap(([key, member]) => [...flatten(path, member, name === "" ? `${key}` : `${name}.${key}`)]),
  );
  if (isNumberLike(value)) return new Map([[name, { shape: [], data: [Number(value)] }]]);
  if (Array.isArray(value)) {
    if (!value.every(isNumberLike)) return inner([...value.entries()]);
    return new Map([[name, { shape: [value.length], data: value.map(Number) }]]);
  }
  const where = `${path}.${name}`;
  if (!isRecord(value)) throw new FormatError(`${where}: numbers are expected, got ${JSON.stringify(value)}`);
  return "shape" in value ? new Map([[name, valuesOf(where, value)]]) : inner(Object.entries(value));
}

/** An object of a golden file, whose fields are checked as they are read. */
export class Fields {
  readonly path: string;
  private readonly record: Readonly<Record<string, unknown>>;

  constructor(path: string, value: unknown) {
    if (!isRecord(value)) throw new FormatError(`${path}: an object is expected`);
    this.path = path;
    this.record = value;
  }

  get names(): readonly string[] {
    return Object.keys(this.record);
  }

  /** Whether anything but null is there. */
  has(name: string): boolean {
    return Object.hasOwn(this.record, name) && this.record[name] !== null;
  }

  /** What is there, not looked at yet; undefined where nothing is. */
  raw(name: string): unknown {
    return this.has(name) ? this.record[name] : undefined;
  }

  number(name: string, otherwise?: number): number {
    const value = this.raw(name) ?? otherwise;
    return isNumberLike(value) ? Number(value) : this.refuse(name, "a number");
  }

  text(name: string, otherwise?: string): string {
    const value = this.raw(name) ?? otherwise;
    return typeof value === "string" ? value : this.refuse(name, "a text");
  }

  /** False where nothing is said. */
  flag(name: string): boolean {
    const value = this.raw(name) ?? false;
    return typeof value === "boolean" ? value : this.refuse(name, "true or false");
  }

  list(name: string): readonly unknown[] {
    const value = this.raw(name);
    return Array.isArray(value) ? value : this.refuse(name, "a list");
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((value) => {
      return typeof value === "string" ? value : this.refuse(name, "a list of texts");
    });
  }

  numbers(name: string): readonly number[] {
    return numbersOf(this.pathOf(name), this.raw(name));
  }

  /** Without any fields where nothing is there. */
  fields(name: string): Fields {
    return new Fields(this.pathOf(name), this.raw(name) ?? {});
  }

  values(name: string): Values {
    return valuesOf(this.pathOf(name), this.raw(name));
  }

  tensor(name: string, dtype: DType): Tensor {
    return tensorOf(this.values(name), dtype);
  }

  pathOf(name: string): string {
    return `${this.path}, ${name}`;
  }

  private refuse(name: string, expected: string): never {
    const given = this.has(name) ? `got ${JSON.stringify(this.record[name])}` : "it is missing";
    throw new FormatError(`${this.pathOf(name)}: ${expected} is expected, ${given}`);
  }
}
