/** What is used of two optional packages: so their types are needed neither here nor by whoever imports chainrule. */
declare module "ioredis" {
  export class Redis {
    constructor(url: string, options: {
      readonly username?: string; readonly password?: string; readonly maxRetriesPerRequest: null;
      readonly lazyConnect: boolean; readonly retryStrategy: (times: number) => number;
    });
    connect(): Promise<void>;
    disconnect(): void;
    on(event: "ready" | "close", listener: () => void): this;
    on(event: "error", listener: (error: Error) => void): this;
    hget(key: string, field: string): Promise<string | null>;
    hgetBuffer(key: string, field: string): Promise<Uint8Array | null>;
    hgetall(key: string): Promise<Record<string, string>>;
    hkeys(key: string): Promise<string[]>;
    hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
    hset(key: string, field: string, value: string | Uint8Array): Promise<number>;
    hsetnx(key: string, field: string, value: string): Promise<number>;
    hdel(key: string, ...fields: string[]): Promise<number>;
    del(...keys: string[]): Promise<number>;
  }
}

declare module "bullmq" {
  import type { Redis } from "ioredis";
  interface Place {
    readonly connection: Redis;
    readonly prefix: string;
  }
  /** `Data` is written as JSON, by `add`, and read so. */
  export interface Job {
    readonly id: string;
    readonly data: unknown;
    readonly progress: unknown;
    readonly failedReason?: string;
    readonly processedBy?: string;
    readonly processedOn?: number;
    updateProgress(progress: object): Promise<void>;
    moveToWait(token: string): Promise<unknown>;
    moveToDelayed(time: number, token: string): Promise<void>;
    remove(): Promise<void>;
  }
  export interface NewJob {
    readonly name: string;
    readonly data: object;
    readonly opts: { readonly jobId: string; readonly attempts: number };
  }
  export class Queue {
    constructor(name: string, place: Place);
    on(event: "error", listener: (error: Error) => void): this;
    addBulk(jobs: readonly NewJob[]): Promise<unknown>;
    getJob(id: string): Promise<Job | undefined>;
    getActive(): Promise<(Job | undefined)[]>;
    getFailed(): Promise<(Job | undefined)[]>;
    getRanges(types: readonly string[], start: number, end: number): Promise<string[]>;
    getJobCounts(): Promise<Readonly<Record<string, number>>>;
    obliterate(options: { readonly force: boolean }): Promise<void>;
    close(): Promise<void>;
  }
  export class Worker {
    constructor(name: string, processor: (job: Job, token: string) => Promise<unknown>, options: Place & {
      readonly name: string; readonly concurrency: number; readonly lockDuration: number;
      readonly stalledInterval: number; readonly maxStalledCount: number; readonly runRetryDelay: number;
    });
    on(event: "error", listener: (error: Error) => void): this;
    close(): Promise<void>;
  }
  export class WaitingError extends Error {}
  export class DelayedError extends Error {}
}
