/** Each figure of a result as a picture of its own: SVG, and PNG where a package that draws is installed. */
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { OutputFile } from "../../report/file.node.ts";
import { figuresOf } from "../../report/figures.ts";
import type { ExperimentResult } from "../../report/result.ts";

/** MIT; an optional peer. */
const PAINTER = "@napi-rs/canvas";
/** Pixels of a PNG for each unit of an SVG: sharp on a projector. */
const SCALE = 2;

export interface FigureFiles {
  /** Returns the names of the files. @param note is told if there can be no PNG. */
  write(result: ExperimentResult, note: (sentence: string) => void): Promise<readonly string[]>;
}

/** @throws OptionError if nothing can be written there. */
export async function figureFiles(folder: string): Promise<FigureFiles> {
  await OutputFile.prepare("--figures", join(folder, "figure.svg"));
  return {
    async write(result, note) {
      const names: string[] = [], painter = await loadPainter();
      for (const { name, chart } of figuresOf(result)) {
        const path = join(folder, `${name.replace(/[^\w.-]+/g, "-")}.svg`), svg = chart.svg();
        const file = await OutputFile.prepare("--figures", path);
        file.write(svg);
        names.push(path);
        const png = await painter?.(svg);
        if (png === undefined) continue;
        await writeFile(path.replace(/svg$/, "png"), png);
        names.push(path.replace(/svg$/, "png"));
      }
      if (painter === undefined) note(`The figures are SVG only: npm install ${PAINTER} makes PNG of them, too.`);
      return names;
    },
  };
}

type Painter = (svg: string) => Promise<Uint8Array | undefined>;

/** From where the command is called, or from where the package is. */
async function loadPainter(): Promise<Painter | undefined> {
  for (const from of [pathToFileURL(resolve("x.js")).href, import.meta.url]) {
    try {
      const found: unknown = createRequire(from)(PAINTER);
      return painterOf(found);
    } catch {
      continue;
    }
  }
  return Promise.resolve(undefined);
}

/** What is used of the package, called by name: its types are not at hand where it is not installed. */
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
