import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runScript, temporaryFolder } from "../examples/run-script.ts";
import { Folder, TestWorker } from "./cluster.ts";
import { hasRedis, RedisServer, type RedisOptions } from "./redis.ts";

const PASSWORD = "s3cret@word";
if (!hasRedis) console.warn("redis-server is not installed: the tests of queues are skipped.");

type Variables = Readonly<Record<string, string>>;

/** Trains and looks at the queue with the right login, then with each of the others; nothing may hold the password. */
async function tryLogins(
  options: RedisOptions, right: (server: RedisServer) => [url: string, variables: Variables],
  wrong: (server: RedisServer) => readonly [url: string, variables: Variables][],
): Promise<{ readonly codes: readonly (number | null)[]; readonly refusals: readonly string[] }> {
  const home = temporaryFolder(), folder = new Folder(home.path), server = await RedisServer.start(home.path("."), options);
  const [url, variables] = right(server), worker = new TestWorker(folder, url, [], variables);
  const look = ([at, given]: [string, Variables]) => runScript(["queue", "--queue", at], undefined, undefined, given);
  try {
    const done = [await folder.run("safe", ["--seeds", "1", "--queue", url], undefined, variables),
      await look([url, variables]), await worker.stop()];
    const refused = [];
    for (const one of wrong(server)) refused.push(await look(one));
    refused.push(await runScript(["queue", url])); // no option, so a mistake
    const files = readdirSync(home.path("."), { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath ?? file.path, file.name), "latin1"));
    const texts = [...[...done, ...refused].flatMap(({ out, err }) => [out, err]), ...files];
    expect(texts.filter((text) => text.includes("s3cret"))).toEqual([]);
    expect(done[1].out).toMatch(/moons: 0 waiting, 0 running, 2 done, 0 failed\./);
    return { codes: [...done, ...refused].map(({ code }) => code), refusals: refused.map(({ err }) => err) };
  } finally {
    worker.kill("SIGKILL");
    await server.stop();
    home.remove();
  }
}

(hasRedis ? describe : describe.skip)("a queue behind a login", () => {
  test("takes a password of its address, refuses another, and never shows nor records either", async () => {
    const login = ({ url }: RedisServer, password: string) => (
      url.replace("//", `//default:${encodeURIComponent(password)}@`));
    const { codes, refusals } = await tryLogins({ password: PASSWORD }, (server) => [login(server, PASSWORD), {}],
      (server) => [[server.url, {}], [login(server, "s3cret-but-wrong"), {}],
        [login(server, PASSWORD).replace("redis:", "http:"), {}]]);
    expect(codes).toEqual([0, 0, 143, 1, 1, 2, 2]);
    expect(refusals[0]).toContain("NOAUTH");
    expect(refusals[1]).toContain("WRONGPASS");
  });

  test("takes REDIS_PASSWORD, refuses another or another user's, and never shows nor records either", async () => {
    const { codes, refusals } = await tryLogins({ password: PASSWORD }, ({ url }) => [url, { REDIS_PASSWORD: PASSWORD }],
      ({ url }) => [[url, { REDIS_PASSWORD: "s3cret-but-wrong" }], [url, { REDIS_PASSWORD: "" }],
        [url, { REDIS_PASSWORD: PASSWORD, REDIS_USERNAME: "nobody" }],
        [url.replace("//", "//default:s3cret-but-wrong@"), { REDIS_PASSWORD: PASSWORD }]]);
    expect(codes).toEqual([0, 0, 143, 1, 1, 1, 1, 2]);
    for (const i of [0, 2, 3]) expect(refusals[i]).toContain("WRONGPASS");
    expect(refusals[1]).toContain("NOAUTH");
  });

  test("is reached by TLS if its certificate is trusted, and not otherwise", async () => {
    const trust = ({ certificate }: RedisServer) => ({ NODE_EXTRA_CA_CERTS: certificate, REDIS_PASSWORD: PASSWORD });
    const { codes, refusals } = await tryLogins({ password: PASSWORD, tls: true }, (server) => [server.url, trust(server)],
      (server) => [[server.url, { REDIS_PASSWORD: PASSWORD }], [server.url.replace("rediss:", "redis:"), trust(server)]]);
    expect(codes).toEqual([0, 0, 143, 1, 1, 2]);
    expect(refusals[0]).toMatch(/self.signed certificate/);
  });
});
