/** Values that stand in the page's address: how each is read, checked and written. */

export interface Field<T> {
  readonly usual: T;
  /** undefined for text that is no such value. */
  read(text: string): T | undefined;
  write(value: T): string;
  /** What is allowed, for a message. */
  readonly allowed: string;
}

export function choice<const T extends string>(usual: NoInfer<T>, from: readonly T[]): Field<T> {
  return {
    usual,
    allowed: from.join(", "),
    read: (text) => from.find((one) => one === text),
    write: (value) => value,
  };
}

export function integer(usual: number, min: number, max: number): Field<number> {
  return {
    usual,
    allowed: `an integer from ${min} to ${max}`,
    read: (text) => (/^-?\d{1,10}$/.test(text) && within(Number(text), min, max) ? Number(text) : undefined),
    write: String,
  };
}

export function decimal(usual: number, min: number, max: number): Field<number> {
  return {
    usual,
    allowed: `a number from ${min} to ${max}, with a decimal point`,
    read: (text) => {
      // With the minus sign that the page itself writes, too.
      const value = text.trim() === "" ? NaN : Number(text.replace("−", "-"));
      return within(value, min, max) ? value : undefined;
    },
    write: String,
  };
}

/** @param what says which texts are accepted. */
export function text(
  usual: string,
  most: number,
  what = "any text",
  accepts: (text: string) => boolean = () => true,
): Field<string> {
  return {
    usual,
    allowed: `${what}, of at most ${most} characters`,
    read: (given) => (given.length <= most && accepts(given) ? given : undefined),
    write: (value) => value,
  };
}

export function flag(usual: boolean): Field<boolean> {
  return {
    usual,
    allowed: "yes or no",
    read: (given) => (given === "yes" ? true : given === "no" ? false : undefined),
    write: (value) => (value ? "yes" : "no"),
  };
}

function within(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

export type ValuesOf<F> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never };

/** What an address says, what it leaves out being as usual; and what of it was not understood. */
export function readFields<F extends Fields>(
  fields: F,
  given: URLSearchParams,
): { values: ValuesOf<F>; refused: readonly string[] } {
  const refused: string[] = [];
  for (const name of new Set(given.keys())) {
    if (!Object.hasOwn(fields, name)) refused.push(`${short(name)} is not known here`);
  }
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const text = given.get(name),
        value = text === null ? field.usual : field.read(text);
      if (value !== undefined) return [name, value];
      refused.push(`${name}: got ${short(text ?? "")}; allowed: ${field.allowed}`);
      return [name, field.usual];
    }),
  );
  return { values: values as ValuesOf<F>, refused };
}

/** Only what is not as usual, so that links stay short. */
export function writeFields<F extends Fields>(fields: F, values: ValuesOf<F>): URLSearchParams {
  const written = new URLSearchParams();
  for (const name of Object.keys(fields)) {
    const field = fields[name],
      text = field.write(values[name]);
    if (text !== field.write(field.usual)) written.set(name, text);
  }
  return written;
}

function short(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
