import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectSafely } from "node:tls";

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

function answers(port: number, certificate: string): Promise<boolean> {
  return new Promise((resolve) => {
    const ask = () => { socket.write("PING\r\n"); };
    const socket = certificate === "" ? connect(port, "127.0.0.1", ask)
      : connectSafely({ port, host: "127.0.0.1", ca: readFileSync(certificate) }, ask);
    socket.on("data", (data: Buffer) => { socket.destroy(); resolve(/PONG|NOAUTH/.test(data.toString())); });
    socket.on("error", () => { resolve(false); });
  });
}

export interface RedisOptions {
  readonly password?: string;
  /** TLS, with a certificate of its own that nobody has signed. */
  readonly tls?: boolean;
}

/** A Redis of its own: an append-only file in a folder, and a free port. */
export class RedisServer {
  readonly port: number;
  private readonly folder: string;
  private readonly password: string;
  /** The file of its certificate; "" without TLS. */
  readonly certificate: string;
  private child: ChildProcess | undefined;

  private constructor(port: number, folder: string, { password = "", tls = false }: RedisOptions) {
    this.port = port;
    this.folder = folder;
    this.password = password;
    this.certificate = tls ? join(folder, "certificate.pem") : "";
  }

  static async start(folder: string, options: RedisOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), folder, options);
    if (server.certificate !== "") certify(folder, server.certificate);
    await server.run();
    return server;
  }

  get url(): string { return `redis${this.certificate === "" ? "" : "s"}://127.0.0.1:${this.port}`; }

  async run(): Promise<void> {
    const { certificate } = this, port = certificate === "" ? ["--port", String(this.port)] : ["--port", "0", "--tls-port",
      String(this.port), "--tls-cert-file", certificate, "--tls-key-file", keyOf(this.folder), "--tls-ca-cert-file",
      certificate, "--tls-auth-clients", "no"];
    const args = [...port, "--bind", "127.0.0.1", "--dir", this.folder, "--appendonly", "yes",
      "--save", "", ...(this.password === "" ? [] : ["--requirepass", this.password])];
    this.child = spawn("redis-server", args, { stdio: "ignore" });
    while (!await answers(this.port, certificate)) await sleep(50);
  }

  /** SIGSTOP: it accepts connections, and answers nothing until SIGCONT. */
  signal(signal: NodeJS.Signals): void { this.child?.kill(signal); }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }
}

const keyOf = (folder: string) => join(folder, "key.pem");

/** Writes a key and a certificate for this address, signed with the same key. */
function certify(folder: string, certificate: string): void {
  const { status, stderr } = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
    "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", keyOf(folder),
    "-out", certificate], { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
}
