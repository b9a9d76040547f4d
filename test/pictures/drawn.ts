import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ENTITIES: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };

/** The texts of an SVG in their order. */
export function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)]
    .map(([, text]) => text.replace(/&(?:lt|gt|quot|amp|#39);/g, (entity) => ENTITIES[entity]))
    .filter((text) => text !== "");
}

/** What stays open of the tags of an SVG, and what is closed without having been opened. */
export function unbalanced(svg: string): readonly string[] {
  const open: string[] = [], wrong: string[] = [];
  for (const [tag, name] of svg.replace(/<style>.*?<\/style>/gs, "").matchAll(/<\/?([a-zA-Z]+)[^>]*>/g)) {
    if (tag.endsWith("/>")) continue;
    if (!tag.startsWith("</")) open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...open, ...wrong];
}

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export const hasChromium = CHROMIUM !== undefined;
export const hasDot = spawnSync("dot", ["-V"]).status === 0;

if (!hasChromium) console.warn("Without Chromium, no picture is drawn: the tests of their texts' places are skipped.");
if (!hasDot) console.warn("Without Graphviz, dot does not read what toDot gives: its tests are skipped.");

/** Draws SVGs in Chromium, and returns for each what of its texts lies outside of it, or "not well-formed". */
export function outsideOf(svgs: readonly string[], width: number): readonly (readonly string[])[] {
  const folder = mkdtempSync(join(tmpdir(), "chainrule-pictures-"));
  try {
    const script = `
      const svgs = ${JSON.stringify(svgs).replaceAll("<", "\\u003c")};
      const all = svgs.map((text) => {
        const { documentElement } = new DOMParser().parseFromString(text, "image/svg+xml");
        if (documentElement.nodeName !== "svg") return ["not well-formed"];
        const svg = document.body.appendChild(document.importNode(documentElement, true));
        const whole = svg.getBoundingClientRect(), scale = whole.width / svg.viewBox.baseVal.width;
        return [...svg.querySelectorAll("text")].filter((text) => {
          const { left, right, top, bottom } = text.getBoundingClientRect(), spare = scale;
          return text.textContent !== "" && (left < whole.left - spare || right > whole.right + spare
            || top < whole.top - spare || bottom > whole.bottom + spare);
        }).map((text) => text.textContent);
      });
      document.body.textContent = "FOUND" + encodeURIComponent(JSON.stringify(all)) + "END";`;
    writeFileSync(join(folder, "page.html"), `<!doctype html><meta charset="utf-8"><body><script>${script}</script>`);
    const page = execFileSync(CHROMIUM ?? "", [
      "--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${join(folder, "profile")}`,
      `--window-size=${width},900`, "--dump-dom", pathToFileURL(join(folder, "page.html")).href,
    ], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const [, found = ""] = /FOUND(.*?)END/.exec(page) ?? [];
    const outside: (readonly string[])[] = JSON.parse(decodeURIComponent(found));
    return outside;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A text of a picture. Headings are strong, and numbers end at their x. */
export interface PlacedText {
  readonly text: string;
  readonly y: number;
  readonly isHeading: boolean;
  readonly isNumber: boolean;
}

/** The texts of an SVG with what is known of their places, in their order. */
export function placedTexts(svg: string): readonly PlacedText[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].flatMap(([all, attributes]) => textsOf(all).map((text) => ({
    text, y: Number(/ y="([^"]*)"/.exec(attributes)?.[1]), isHeading: attributes.includes("font-weight"),
    isNumber: attributes.includes('text-anchor="end"'),
  })));
}
