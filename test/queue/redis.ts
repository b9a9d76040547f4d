import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether redis-server is installed. In CI its absence is an error, never a reason to skip. */
export const hasRedis = process.env["CI"] === "true"
  || spawnSync("redis-server", ["--version"], { stdio: "ignore" }).status === 0;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port");
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => { socket.write("PING\r\n"); });
    socket.on("data", (data: Buffer) => { socket.destroy(); resolve(/PONG|NOAUTH/.test(data.toString())); });
    socket.on("error", () => { resolve(false); });
  });
}

/** A Redis of its own: an append-only file in a folder, a free port, and a password if there is one. */
export class RedisServer {
  readonly port: number;
  private readonly folder: string;
  private readonly password: string;
  private child: ChildProcess | undefined;

  private constructor(port: number, folder: string, password: string) {
    this.port = port;
    this.folder = folder;
    this.password = password;
  }

  static async start(folder: string, password = ""): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), folder, password);
    await server.run();
    return server;
  }

  get url(): string { return `redis://127.0.0.1:${this.port}`; }

  async run(): Promise<void> {
    const args = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.folder, "--appendonly", "yes",
      "--save", "", ...(this.password === "" ? [] : ["--requirepass", this.password])];
    this.child = spawn("redis-server", args, { stdio: "ignore" });
    while (!await answers(this.port)) await sleep(50);
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }
}
