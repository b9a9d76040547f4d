/** Why a file cannot be used, by the operating system's error code. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "nothing there"],
  ["ENOTDIR", "a path that goes through a file as if it were a folder"],
  ["EISDIR", "a folder"],
  ["EACCES", "no permission"],
  ["EPERM", "no permission"],
  ["EROFS", "a disk that is read-only"],
  ["ENOSPC", "a disk that is full"],
  ["EDQUOT", "a disk whose share is used up"],
  ["EFBIG", "a file larger than is allowed"],
  ["ELOOP", "links that lead in a circle"],
  ["ENAMETOOLONG", "a name that is too long"],
  ["ENXIO", "a socket or a device"],
  ["EMFILE", "too many open files"],
  ["EIO", "a disk that fails"],
]);

/** A text that an error has under this name; empty where it has none. */
function textOf(error: unknown, name: "code" | "name"): string {
  const text: unknown = typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
  return typeof text === "string" ? text : "";
}

/** The code of an error of the operating system; empty where it has none. */
export function codeOf(error: unknown): string {
  return textOf(error, "code");
}

/** What went wrong, in words, with the operating system's code behind it. */
export function reasonOf(error: unknown): string {
  if (textOf(error, "name") === "RangeError") return "more bytes than fit in memory";
  const code = codeOf(error), known = REASONS.get(code);
  return known === undefined ? String(error) : `${known} (${code})`;
}
