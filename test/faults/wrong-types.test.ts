/** Plain JavaScript may hand anything to anything: what comes back is an error of the framework's, never a stack trace. */
import * as chainrule from "chainrule";
import { ChainruleError, Tensor, zeros } from "chainrule";
import { publicCalls } from "./public-calls.ts";

type Call = (...given: never[]) => unknown;

/** What may come in place of anything. */
const STRANGE: readonly unknown[] = [
  undefined, null, "", "strange", true, NaN, Infinity, -1, 0, 1.5, 1e300, 10n, Symbol("strange"), {}, [], [null], [, 1],
  ["strange"], [[1, 2], [3]], [{}], () => undefined, new Map(), new Uint8Array(3), new Tensor(new Float32Array(0), [0]),
  // Of wrong shapes, and of the other dtype.
  zeros([]), zeros([1]), zeros([4]), zeros([4, 2]), zeros([2, 4]), zeros([4, 0]), zeros([4, 3, 2, 2, 1]),
  zeros([4, 3], "float64"), [zeros([4, 3])], [zeros([4, 3]), zeros([2, 3])], Array(64).fill(0),
  Object.create(null),
];

interface Attempt {
  readonly what: string;
  readonly given: readonly unknown[];
}

/** The right arguments with something strange in each place, and under each option, in turn; and none at all. */
function attempts(make: () => readonly unknown[]): readonly Attempt[] {
  const found: Attempt[] = [{ what: "no arguments", given: [] }];
  make().forEach((right, place) => {
    for (const strange of STRANGE) {
      const put = (what: string, value: unknown) => {
        const given = [...make()];
        given[place] = value;
        found.push({ what: `${what}: ${shown(strange)}`, given });
      };
      put(`argument ${place + 1}`, strange);
      if (!isPlain(right)) continue;
      for (const name of Object.keys(right)) put(name, { ...right, [name]: strange });
    }
  });
  return found;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function shown(value: unknown): string {
  if (value instanceof Tensor) return `Tensor ${JSON.stringify(value.shape)}`;
  return typeof value === "object" && value !== null ? Object.prototype.toString.call(value) : String(value);
}

/** What was thrown, also by way of a promise, that is no readable error of the framework's. */
async function escaped(call: Call, given: readonly unknown[]): Promise<string | undefined> {
  try {
    await call(...(given as never[]));
    return undefined;
  } catch (error) {
    const isReadable = error instanceof ChainruleError && error.where && error.given && error.allowed;
    return isReadable ? undefined : String(error);
  }
}

async function escapes(call: Call, make: () => readonly unknown[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { what, given } of attempts(make)) {
    const error = await escaped(call, given);
    if (error !== undefined) found.push(`${what} → ${error}`);
  }
  return found;
}

test.each(publicCalls)("$name takes what it should", async ({ call, make }) => {
  await call(...(make() as never[]));
});

test.each(publicCalls)("$name refuses what it should not take in words of the framework's", async ({ call, make }) => {
  expect(await escapes(call, make)).toEqual([]);
});

test("so does every other public function", async () => {
  const known = new Set(publicCalls.map(({ name }) => name.split(".")[0]));
  const others = Object.entries(chainrule as Record<string, unknown>)
    .filter(([name, value]) => !known.has(name) && typeof value === "function");
  const found = await Promise.all(others.map(async ([name, value]) => {
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    const call: Call = isClass
      ? (...given) => Reflect.construct(value as new () => unknown, given) as unknown
      : (value as Call);
    // An abstract class is there to be extended, not to be made.
    if (isClass && /Layer$|Network|Error$|Base$|Loss$/.test(name)) return [];
    return (await escapes(call, () => [undefined])).map((error) => `${name}, ${error}`);
  }));
  expect(found.flat()).toEqual([]);
});
