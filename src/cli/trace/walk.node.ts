/** Pages through text with keys, on the alternate screen: the terminal's contents come back afterwards. */

const OPEN = "\u001b[?1049h\u001b[?25l";
const CLOSE = "\u001b[?25h\u001b[?1049l";
const CLEAR = "\u001b[H\u001b[2J";

/** Arrow keys come as several characters; two keys pressed at once may come in one piece. */
const KEYS = /\u001b\[[\d;]*[A-Za-z~]|\u001bO[A-Z]|[\s\S]/g;

type Move = "next" | "previous" | "down" | "up" | "first" | "last" | "quit" | "stop";

const MOVES: ReadonlyMap<string, Move> = new Map([
  ["\u001b[C", "next"], ["\u001bOC", "next"], [" ", "next"], ["\r", "next"], ["l", "next"], ["n", "next"],
  ["\u001b[D", "previous"], ["\u001bOD", "previous"], ["\u007f", "previous"],
  ["h", "previous"], ["p", "previous"],
  ["\u001b[B", "down"], ["\u001bOB", "down"], ["j", "down"],
  ["\u001b[A", "up"], ["\u001bOA", "up"], ["k", "up"],
  ["\u001b[H", "first"], ["\u001b[1~", "first"], ["g", "first"],
  ["\u001b[F", "last"], ["\u001b[4~", "last"], ["G", "last"],
  ["\u001b[6~", "next"], ["\u001b[5~", "previous"],
  ["q", "quit"], ["\u001b", "quit"], ["\u0004", "quit"], ["\u0003", "stop"],
]);

/** Shows the pages until q, exit code 0, or Ctrl-C, exit code 130. */
export async function walk(count: number, page: (index: number) => string): Promise<number> {
  const { stdin, stdout } = process;
  let index = 0, top = 0;

  const draw = () => {
    const lines = page(index).split("\n");
    const room = Math.max(1, (stdout.rows || 24) - 2);
    top = Math.max(0, Math.min(top, lines.length - room));
    const below = lines.length - room - top;
    const lost = below > 0 ? `, ↓ ${below} more ${below === 1 ? "line" : "lines"}` : "";
    const more = below <= 0 && top > 0 ? ", ↑ back up" : lost;
    const hint = `← → one operation back or on${more}, q to leave`;
    stdout.write(`${CLEAR}${lines.slice(top, top + room).join("\r\n")}\r\n\r\n${hint}`);
  };
  const move = (to: Move) => {
    const last = count - 1;
    const before = index;
    if (to === "next") index = Math.min(index + 1, last);
    if (to === "previous") index = Math.max(index - 1, 0);
    if (to === "first") index = 0;
    if (to === "last") index = last;
    if (index !== before) top = 0;
    if (to === "down") top++;
    if (to === "up") top--;
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
        const to = MOVES.get(key);
        if (to === "quit") return 0;
        if (to === "stop") return 130;
        if (to !== undefined) move(to);
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
