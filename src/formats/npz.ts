import { DataError } from "../tensor/errors.ts";
import { checkFile, quoted } from "./bytes.ts";
import type { LoadedNumbers } from "./loaded.ts";
import { arrayOf, declaredNpy } from "./npy.ts";
import { entriesOf, isZip, unpackEntry } from "./zip.ts";

/**
 * Reads an .npz file of numpy: a ZIP archive of .npy files, stored or deflated. An array's name is that of its file
 * without ".npy"; it is never used as a path.
 * @param name the name of the file in errors.
 * @throws DataError for anything but such an archive, and for one that is damaged or holds anything but arrays of
 * numbers.
 * @example
 * const arrays = await readNpz(await readFile("mnist.npz"));
 * const x = arrays.get("x_train")?.toTensor();
 */
export async function readNpz(bytes: Uint8Array, name = ".npz file"): Promise<ReadonlyMap<string, LoadedNumbers>> {
  checkFile("readNpz", bytes, name);
  if (!isZip(bytes)) {
    const given = bytes.length === 0 ? "an empty file" : "something else";
    throw new DataError({ where: name, given, allowed: "a ZIP archive of .npy files" });
  }
  const arrays = new Map<string, LoadedNumbers>();
  for (const entry of entriesOf(bytes, name)) {
    const where = `${name}, file ${quoted(entry.name)}`, key = entry.name.replace(/\.npy$/, "");
    if (key === entry.name) throw new DataError({ where, given: "another name", allowed: "one that ends in .npy" });
    arrays.set(key, arrayOf(await unpackEntry(entry, where, (start) => declaredNpy(start, where)), where));
  }
  return arrays;
}
