/** SVG drawn as PNG by a package that need not be installed, and files of pictures. */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { OutputFile } from "../report/file.node.ts";
import { checkText } from "../tensor/checks.ts";
import { DataError, OptionError } from "../tensor/errors.ts";

/** MIT; an optional peer. */
export const PAINTER = "@napi-rs/canvas";
/** Pixels of a PNG for each unit of an SVG: sharp on a projector. */
const SCALE = 2;

export type Painter = (svg: string) => Promise<Uint8Array | undefined>;

/** A file for a picture. */
export interface PictureFile {
  write(svg: string): Promise<void>;
}

/**
 * A file that takes SVG text: as it is, or drawn where its name ends in .png.
 * @throws OptionError for what cannot be written, and for a PNG if nothing is installed that draws one.
 */
export async function pictureFile(where: string, name: string): Promise<PictureFile> {
  if (!/\.(svg|png)$/i.test(name)) {
    throw new OptionError({ where, given: JSON.stringify(name), allowed: "a name that ends in .svg or .png" });
  }
  if (!/\.png$/i.test(name)) {
    const file = await OutputFile.prepare(where, name);
    return {
      write: (svg) => {
        file.write(svg);
        return Promise.resolve();
      },
    };
  }
  const painter = loadPainter();
  if (painter === undefined) {
    const given = `${JSON.stringify(name)} without a package that draws it`, advice = `Run npm install ${PAINTER}.`;
    throw new OptionError({ where, given, allowed: "a .svg file, or a .png file if there is one", advice });
  }
  const file = await OutputFile.prepare(where, name);
  return {
    write: async (svg) => {
      const png = await painter(svg);
      if (png === undefined) throw new DataError({ where, given: `a ${PAINTER} that cannot draw`, allowed: "a PNG" });
      file.write(png);
    },
  };
}

/**
 * Writes SVG text as it is, or drawn if the name ends in .png, for which `@napi-rs/canvas` must be installed.
 * @throws OptionError for another ending, a place that cannot be written, or a PNG without that package.
 */
export async function savePicture(path: string, svg: string): Promise<void> {
  const where = "savePicture", name = checkText(`${where} path`, path), text = checkText(`${where} svg`, svg);
  await (await pictureFile(where, name)).write(text);
}

/** From where the command is called, or from where the package is. */
export function loadPainter(): Painter | undefined {
  for (const from of [pathToFileURL(resolve("x.js")).href, import.meta.url]) {
    try {
      const found: unknown = createRequire(from)(PAINTER);
      return painterOf(found);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** What is used of the package, called by name: its types are missing if it is not installed. */
function painterOf(canvas: unknown): Painter | undefined {
  const part = (of: unknown, name: string): unknown => (typeof of === "object" && of !== null ? Reflect.get(of, name)
    : undefined);
  const load = part(canvas, "loadImage"), create = part(canvas, "createCanvas");
  if (typeof load !== "function" || typeof create !== "function") return undefined;
  return async (svg) => {
    const sized = svg.replace(/width="(\d+)" height="(\d+)"/, (_, width, height) => (
      `width="${SCALE * Number(width)}" height="${SCALE * Number(height)}"`));
    const image: unknown = await Reflect.apply(load, undefined, [Buffer.from(sized)]);
    const sheet: unknown = Reflect.apply(create, undefined, [part(image, "width"), part(image, "height")]);
    const draw = part(sheet, "getContext");
    if (typeof draw !== "function") return undefined;
    const context: unknown = Reflect.apply(draw, sheet, ["2d"]), paint = part(context, "drawImage"),
      encode = part(sheet, "toBuffer");
    if (typeof paint !== "function" || typeof encode !== "function") return undefined;
    Reflect.apply(paint, context, [image, 0, 0]);
    const bytes: unknown = Reflect.apply(encode, sheet, ["image/png"]);
    return bytes instanceof Uint8Array ? bytes : undefined;
  };
}
