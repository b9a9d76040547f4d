/** A plain static server, as any host of the page is: without compression. */
import { createServer, type Server } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".pack": "application/octet-stream",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
};

export interface ServeOptions {
  readonly folder: string;
  readonly port?: number;
  /** Of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

export async function serve({
  folder,
  port = 0,
  headers = {},
}: ServeOptions): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    readFile(file).then(
      (bytes) =>
        response
          .writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers })
          .end(bytes),
      () => response.writeHead(404).end("not found"),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return { url: `http://127.0.0.1:${address.port}/`, server };
}
