/** Lets two programs, each a file, read what the other has saved, and prints what came of it: node exchange.mjs ONE OTHER. */
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";

async function load(path) {
  await import(pathToFileURL(path).href);
  const { program } = globalThis;
  delete globalThis.program;
  return program;
}

const plain = (value) => JSON.parse(JSON.stringify(value, (_, part) => {
  return part instanceof Uint8Array ? createHash("sha256").update(part).digest("hex") : part;
}));

const [one, other] = [await load(process.argv[2]), await load(process.argv[3])];
const [saved, otherSaved] = [await one.save(), await other.save()];
console.log(JSON.stringify({
  saved: plain(saved), otherSaved: plain(otherSaved),
  read: plain(await one.read(otherSaved)), otherRead: plain(await other.read(saved)),
}));
