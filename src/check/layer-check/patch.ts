type Real = (...given: number[]) => number;

/** Puts others in the place of properties, until all are put back. */
export class Patch {
  private readonly undone: (() => void)[] = [];

  replace(owner: object, key: string | symbol, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(owner, key);
    if (before?.configurable !== true) return; // frozen, as by hardened environments
    Object.defineProperty(owner, key, { ...before, value });
    this.undone.push(() => { Object.defineProperty(owner, key, before); });
  }

  undo(): void {
    for (const one of this.undone.reverse()) one();
  }
}

/** Runs with others in the place of functions of Math; `instead` makes each of its name and the real one. */
export function withMath(names: readonly string[], instead: (name: string, real: Real) => Real, run: () => void): void {
  const patch = new Patch(), library = Reflect.get(globalThis, "Math") as object;
  try {
    for (const name of names) patch.replace(library, name, instead(name, Reflect.get(library, name) as Real));
    run();
  } finally {
    patch.undo();
  }
}
