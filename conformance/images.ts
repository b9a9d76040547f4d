import { AvgPool2d, Conv2d, MaxPool2d, type Layer } from "chainrule";
import { understandOnly } from "./adapter.ts";
import { FormatError, type Fields } from "./fields.ts";
import { needed, type Ingredients, type Make } from "./ingredients.ts";

/** The layers that move a window over images. */
export const images: ReadonlyMap<string, Make> = new Map<string, Make>([
  ["conv2d", conv2d], ["maxpool2d", maxPool2d], ["avgpool2d", avgPool2d],
]);

function conv2d(from: Ingredients): Layer {
  const { attrs } = from, weight = needed(from, "weight"), [out, inPart, height, width] = weight.shape;
  understandOnly(attrs, ["stride", "padding", "dilation", "groups"]);
  const groups = attrs.number("groups", 1);
  return new Conv2d(inPart * groups, out, [height, width], {
    stride: pair(attrs, "stride", 1), padding: pair(attrs, "padding", 0), dilation: pair(attrs, "dilation", 1),
    groups, weight, bias: from.parameter("bias") ?? false,
  });
}

function maxPool2d({ attrs }: Ingredients): Layer {
  understandOnly(attrs, ["kernel", "stride", "padding", "ceil_mode"]);
  return new MaxPool2d(pair(attrs, "kernel"), pooling(attrs));
}

function avgPool2d({ attrs }: Ingredients): Layer {
  understandOnly(attrs, ["kernel", "stride", "padding", "ceil_mode", "count_include_pad"]);
  const countPadding = attrs.has("count_include_pad") ? attrs.flag("count_include_pad") : true;
  return new AvgPool2d(pair(attrs, "kernel"), { ...pooling(attrs), countPadding });
}

function pooling(attrs: Fields) {
  return {
    stride: attrs.has("stride") ? pair(attrs, "stride") : pair(attrs, "kernel"),
    padding: pair(attrs, "padding", 0), ceilMode: attrs.flag("ceil_mode"),
  };
}

/** [height, width], or one number for both. */
function pair(attrs: Fields, name: string, otherwise?: number): readonly [number, number] {
  const given = attrs.raw(name) ?? otherwise;
  const both = Array.isArray(given) ? attrs.numbers(name) : [attrs.number(name, otherwise), attrs.number(name, otherwise)];
  if (both.length === 2) return [both[0], both[1]];
  throw new FormatError(`${attrs.pathOf(name)}: one number or two are expected`);
}
