/**
 * Bytes as letters that can be seen and stand in any text as they are: one for each byte below PAGE; the last two
 * stand before a letter and add PAGE, or twice PAGE, to it. Most bytes of code are small, so that it packs nearly as
 * well as the bytes themselves, which base64 and digits do not.
 */
const LETTERS = "!#%&()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~", PAGE = 86;

/** The bytes that a text stands for. */
export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = [];
  let above = 0;
  for (const letter of text) {
    const at = LETTERS.indexOf(letter);
    if (at < PAGE) bytes.push(above + at);
    above = at < PAGE ? 0 : PAGE * (at - PAGE + 1);
  }
  return Uint8Array.from(bytes);
}
