import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { DelayedJob, Duty, Producer, Stop, System } from "../system.ts";
import { versionOf } from "../version-of.ts";

const BATCH = 100;
const LEASE_MS = 10_000;
const CHANNEL = "raw:finished";
const key = (name: string): string => `raw:${name}`;

type Exchanged = [ids: string[], bodies: string[], untilNextMs: number];

/**
 * Bare loops over Redis with what a queue needs and no more: body, queue, lease, result, each 100 jobs one script call.
 * The limit of what a queue on it can reach through this client. `lanes` is how many calls are under way at a time.
 */
export class RawRedis implements System {
  readonly about: string;
  readonly #url: string;
  readonly #lanes: number;

  constructor(url: string, lanes: number) {
    this.#url = url;
    this.#lanes = lanes;
    this.about = `bare loops over ${versionOf("ioredis")}, one script call for each ${BATCH} jobs, ${lanes} under way`;
  }

  async produce(): Promise<Producer> {
    const redis = new Redis(this.#url);
    const send = await script(redis, "send", ["bodies", "ready", "wake"]);
    const sendLater = await script(redis, "send-later", ["bodies", "later", "wake"]);
    const prefix = randomBytes(8).toString("hex");
    let last = 0;
    const nextId = (): string => prefix + (last += 1).toString(36).padStart(8, "0");
    let finished: Promise<Finished> | undefined;
    return {
      lanes: this.#lanes,
      send: (payload) => send([nextId(), JSON.stringify(payload)]),
      sendMany: (payloads) => send(payloads.flatMap((payload) => [nextId(), JSON.stringify(payload)])),
      sendLater: (jobs: readonly DelayedJob[]) =>
        sendLater(jobs.flatMap(({ payload, at }) => [at, nextId(), JSON.stringify(payload)])),
      call: async (payload) => {
        finished ??= Finished.subscribe(redis);
        const id = nextId();
        const result = (await finished).of(id);
        await send([id, JSON.stringify(payload)]);
        return result;
      },
      close: async () => {
        (await finished)?.close();
        redis.disconnect();
      },
    };
  }

  async work(duty: Duty): Promise<Stop> {
    const redis = new Redis(this.#url);
    const exchange = await script(redis, "exchange", ["bodies", "ready", "later", "leases", "results"]);
    const stopping = new AbortController();
    const lanes = Array.from({ length: this.#lanes }, () => serve(redis, exchange, duty, stopping.signal));
    return async () => {
      stopping.abort();
      await Promise.all(lanes);
      redis.disconnect();
    };
  }
}

async function serve(redis: Redis, exchange: Script, { started, done }: Duty, stopping: AbortSignal): Promise<void> {
  const bell = new Bell(redis);
  let outcomes: string[] = [];
  while (!stopping.aborted || outcomes.length > 0) {
    const [ids, bodies, untilNextMs] = (await exchange([BATCH, LEASE_MS, CHANNEL, ...outcomes])) as Exchanged;
    for (let settled = 0; settled < outcomes.length; settled += 2) done();
    outcomes = [];
    for (const [at, id] of ids.entries()) {
      started(JSON.parse(bodies[at] ?? "") as string);
      outcomes.push(id, "1");
    }
    if (ids.length === 0) await bell.rings(untilNextMs);
  }
  bell.close();
}

/** What a sender rings. Waits with a timer of its own, since the server ends a blocking call up to 100 ms late. */
class Bell {
  readonly #blocking: Redis;
  #call: Promise<void> | undefined;

  constructor(redis: Redis) {
    this.#blocking = redis.duplicate();
  }

  /** Resolves when it rings, at the latest after `withinMs`. */
  async rings(withinMs: number): Promise<void> {
    this.#call ??= this.#blocking.blpop(key("wake"), 0).then(
      () => {
        this.#call = undefined;
      },
      () => undefined,
    );
    const timer = new AbortController();
    await Promise.race([this.#call, sleep(withinMs, undefined, timer).catch(() => undefined)]);
    timer.abort();
  }

  close(): void {
    this.#blocking.disconnect();
  }
}

/** Results as they are published. */
class Finished {
  readonly #subscriber: Redis;
  readonly #waiting = new Map<string, (result: string) => void>();

  private constructor(subscriber: Redis) {
    this.#subscriber = subscriber;
    subscriber.on("message", (_, message: string) => this.#tell(message.split(" ")));
  }

  static async subscribe(redis: Redis): Promise<Finished> {
    const subscriber = redis.duplicate();
    await subscriber.subscribe(CHANNEL);
    return new Finished(subscriber);
  }

  of(id: string): Promise<string> {
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  close(): void {
    this.#subscriber.disconnect();
  }

  #tell(pairs: readonly string[]): void {
    for (let at = 0; at < pairs.length; at += 2) {
      const [id = "", result = ""] = pairs.slice(at, at + 2);
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    }
  }
}

type Script = (args: (string | number)[]) => Promise<unknown>;

async function script(redis: Redis, name: string, names: readonly string[]): Promise<Script> {
  const sha = (await redis.script("LOAD", readFileSync(new URL(`${name}.lua`, import.meta.url), "utf8"))) as string;
  const keys = names.map(key);
  return (args) => redis.evalsha(sha, keys.length, ...keys, ...args);
}
