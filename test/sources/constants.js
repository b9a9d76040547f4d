/**
 * Jest runs modules in a vm context, where each look-up of a global such as Math goes through an interceptor: numeric loops
 * are then some twenty times slower. So the globals that a file uses are bound to constants of its own.
 */
const GLOBALS = [
  "Array", "ArrayBuffer", "Atomics", "BigInt", "DataView", "Error", "Float32Array", "Float64Array", "Infinity",
  "Int32Array", "Map", "Math", "NaN", "Number", "Object", "Promise", "Set", "SharedArrayBuffer", "String", "Symbol",
  "Uint16Array", "Uint32Array", "Uint8Array", "WeakMap", "WeakSet", "WebAssembly",
];

/** The code, each line where it was, with the globals that it uses as constants. */
export function withConstants(code) {
  const names = GLOBALS.filter((name) => new RegExp(`(?<![.\\w$])${name}(?![\\w$])`).test(code));
  return names.length === 0 ? code : `const { ${names.join(", ")} } = globalThis; ${code}`;
}
