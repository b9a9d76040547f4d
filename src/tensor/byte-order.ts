/** Whether this machine stores the least significant byte of a number first, as WebAssembly does everywhere. */
export const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
