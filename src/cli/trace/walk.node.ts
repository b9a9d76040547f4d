/** Shows a walker's lines on the alternate screen: the terminal's contents come back afterwards. */
import type { Walker } from "./walker.node.ts";

const OPEN = "\u001b[?1049h\u001b[?25l";
const CLOSE = "\u001b[?25h\u001b[?1049l";
const CLEAR = "\u001b[H\u001b[2J";

/** Arrow keys come as several characters; two keys pressed at once may come in one piece. */
const KEYS = /\u001b\[[\d;]*[A-Za-z~]|\u001bO[A-Z]|[\s\S]/g;

/** Shows the walker until q, exit code 0, or Ctrl-C, exit code 130. */
export async function walk(walker: Walker): Promise<number> {
  const { stdin, stdout } = process;
  const draw = () => {
    stdout.write(CLEAR + walker.draw(stdout.rows || 24, stdout.columns || 80).join("\r\n"));
  };
  const close = () => { stdout.write(CLOSE); };
  const terminated = () => process.exit(143);
  process.once("exit", close);
  process.once("SIGTERM", terminated);
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdout.write(OPEN);
  stdout.on("resize", draw);
  try {
    draw();
    for await (const piece of stdin) {
      for (const [key] of String(piece).matchAll(KEYS)) {
        const code = walker.press(key);
        if (code !== undefined) return code;
      }
      draw();
    }
    return 0;
  } finally {
    stdout.off("resize", draw);
    process.removeListener("SIGTERM", terminated);
    process.removeListener("exit", close);
    if (!stdin.destroyed) stdin.setRawMode(false);
    close();
  }
}
