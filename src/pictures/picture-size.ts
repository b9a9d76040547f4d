import { checkInteger } from "../tensor/checks.ts";
import { OptionError, show } from "../tensor/errors.ts";

/** How a row of numbers is a picture. */
export type PictureSize = readonly [height: number, width: number];

/** @throws OptionError for anything but two integers. */
export function checkPicture(where: string, picture: unknown): PictureSize | undefined {
  if (picture === undefined) return undefined;
  if (!Array.isArray(picture) || picture.length !== 2) {
    throw new OptionError({ where: `${where} picture`, given: show(picture), allowed: "[height, width]" });
  }
  const [height, width] = Array.from<unknown>(picture).map((side) => (
    checkInteger(`${where} picture`, side, { min: 1 })));
  return [height, width];
}

/** The size of the picture that so many inputs are: the given one, or a square of 4 x 4 and more; undefined if none. */
export function pictureFor(where: string, inputs: number, size: PictureSize | undefined): PictureSize | undefined {
  if (size !== undefined) {
    if (size[0] * size[1] === inputs) return size;
    const given = `${size[0]} x ${size[1]}`;
    throw new OptionError({ where: `${where} picture`, given, allowed: `a size of ${inputs} pixels` });
  }
  const side = Math.round(Math.sqrt(inputs));
  return side >= 4 && side * side === inputs ? [side, side] : undefined;
}
