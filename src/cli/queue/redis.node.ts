/** The queue's packages, and its connection to Redis. */
import type { Redis } from "ioredis";
import { codeOf } from "../../formats/reasons.node.ts";
import { DataError, OptionError } from "../../tensor/errors.ts";
import { withoutLogin, type QueueAddress } from "./address.node.ts";

/** Milliseconds until Redis has to answer at first, and between two attempts to reach it again at most. */
const PATIENCE = 10_000, RETRY = 2000;

export const PREFIX = "chainrule";
/** Kinds of what is kept beside BullMQ's own keys: an experiment's fingerprint, its results, its trained networks. */
export const EXPERIMENTS = "chainrule-experiments";
export const resultsOf = (name: string) => `chainrule-results:${name}`;
export const modelsOf = (name: string) => `chainrule-models:${name}`;

/** @throws OptionError naming both packages if one of them is not installed. */
async function packages(): Promise<{ bullmq: typeof import("bullmq"); ioredis: typeof import("ioredis") }> {
  try {
    return { bullmq: await import("bullmq"), ioredis: await import("ioredis") };
  } catch (error) {
    if (codeOf(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new OptionError({ where: "--queue", given: "bullmq or ioredis is not installed",
      allowed: "the packages of the queue", advice: "Run: npm install bullmq ioredis" });
  }
}

export interface Connection {
  readonly redis: Redis;
  readonly bullmq: typeof import("bullmq");
  readonly address: QueueAddress;
  /** Calls the listeners whenever Redis is lost and whenever it is back. */
  readonly onChange: (lost: () => void, back: () => void) => void;
  readonly close: () => void;
}

/**
 * Connects to Redis. Once it was reached, commands wait for as long as it cannot be reached.
 * @throws DataError if it cannot be reached now, or rejects the login.
 */
export async function connect(address: QueueAddress): Promise<Connection> {
  const { bullmq, ioredis } = await packages(), { url, ...login } = address.login();
  const redis = new ioredis.Redis(url, {
    ...login, maxRetriesPerRequest: null, lazyConnect: true, retryStrategy: (times) => Math.min(100 * times, RETRY),
  });
  // The errors of ioredis hold the arguments of the command that failed, a password for one: only messages go on.
  let last = "";
  redis.on("error", ({ message }) => { last = withoutLogin(message).replace(/\.$/, ""); });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => { resolve("no answer"); }, PATIENCE);
  });
  const first = redis.connect().then(() => redis.hget(EXPERIMENTS, ""))
    .then(() => "", (error: unknown) => withoutLogin(error instanceof Error ? error.message : String(error)));
  const problem = await Promise.race([first, late]);
  clearTimeout(timer);
  if (problem !== "") {
    redis.disconnect();
    const why = last || problem;
    throw new DataError({ where: "--queue", given: `${address.shown}: ${why}`, allowed: "a Redis that can be reached",
      advice: "A password may stand in the address or in REDIS_PASSWORD." });
  }
  return {
    redis, bullmq, address,
    onChange(lost, back) {
      let isAway = false;
      redis.on("close", () => {
        if (!isAway) lost();
        isAway = true;
      }).on("ready", () => {
        if (isAway) back();
        isAway = false;
      });
    },
    close: () => { redis.disconnect(); },
  };
}
