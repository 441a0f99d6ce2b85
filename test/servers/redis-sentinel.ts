import { setTimeout as sleep } from "node:timers/promises";
import { type RedisOptions, RedisServer } from "./redis.ts";

const READY_WITHIN_MS = 30_000;

/** A master with a replica, and a sentinel that makes the replica the master when it is gone. */
export class RedisSentinel implements AsyncDisposable {
  readonly name = "jobs";
  readonly sentinel: RedisServer;
  readonly servers: readonly [RedisServer, RedisServer];

  private constructor(sentinel: RedisServer, servers: readonly [RedisServer, RedisServer]) {
    this.sentinel = sentinel;
    this.servers = servers;
  }

  /** Starts all three, and resolves once the sentinel knows that the replica follows. */
  static async start(options: RedisOptions = {}): Promise<RedisSentinel> {
    const config = [...(options.config ?? []), "repl-diskless-sync-delay 0"];
    const master = await RedisServer.start({ ...options, config });
    const started = [master];
    try {
      const auth = options.password === undefined ? [] : [`masterauth ${JSON.stringify(options.password)}`];
      const follow = [`replicaof 127.0.0.1 ${master.port}`, ...auth];
      const replica = await RedisServer.start({ ...options, config: [...config, ...follow] });
      started.push(replica);
      const sentinel = await RedisServer.start({
        ...(options.kind === undefined ? {} : { kind: options.kind }),
        sentinel: true,
        config: [
          `sentinel monitor jobs 127.0.0.1 ${master.port} 1`,
          "sentinel down-after-milliseconds jobs 500",
          "sentinel failover-timeout jobs 5000",
          ...(options.password === undefined ? [] : [`sentinel auth-pass jobs ${JSON.stringify(options.password)}`]),
        ],
      });
      started.push(sentinel);
      const group = new RedisSentinel(sentinel, [master, replica]);
      await group.#until("the replica follows, and the sentinel knows it", () => group.#isReady());
      return group;
    } catch (error) {
      for (const server of started) await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The server that the sentinel takes for the master. */
  async master(): Promise<RedisServer> {
    const [, port] = (await this.sentinel.command(
      "SENTINEL",
      "GET-MASTER-ADDR-BY-NAME",
      this.name,
    )) as readonly string[];
    return this.servers.find((server) => server.port === Number(port))!;
  }

  /** Kills the master; resolves with the new one, once it takes writes. */
  async failOver(): Promise<RedisServer> {
    const lost = await this.master();
    const next = this.servers.find((server) => server !== lost)!;
    await lost.kill();
    await this.#until("the replica is the master", async () => {
      return (await this.master()) === next && (await next.info())["role"] === "master";
    });
    return next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.sentinel, ...this.servers]) await server[Symbol.asyncDispose]();
  }

  async #isReady(): Promise<boolean> {
    const [master, replica] = this.servers;
    if ((await replica.info())["master_link_status"] !== "up") return false;
    if ((await master.info())["connected_slaves"] !== "1") return false;
    const replicas = (await this.sentinel.command("SENTINEL", "REPLICAS", this.name)) as readonly (readonly string[])[];
    return replicas.some((fields) => fields.includes("slave") && fields.includes("ok"));
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + READY_WITHIN_MS;
    while (!(await isSo())) {
      if (performance.now() > end) throw new Error(`not within ${READY_WITHIN_MS} ms: ${what}`);
      await sleep(20);
    }
  }
}
