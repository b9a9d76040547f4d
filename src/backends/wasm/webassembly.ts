/** The part of WebAssembly that the kernels need, as it is in Node and browsers alike; undefined where it is not. */
export interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A compiled module: nothing but something to make instances of. */
export interface Module {
  readonly [Symbol.toStringTag]: string;
}

export interface WebAssembly {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => Module;
  readonly Memory: new (size: { initial: number; maximum: number; shared: boolean }) => Memory;
  readonly Instance: new (module: Module, imports: { env: { memory: Memory } }) => { exports: unknown };
}

export const webAssembly = (globalThis as { WebAssembly?: WebAssembly }).WebAssembly;

export const PAGE_BYTES = 65536;
