import type { Redis } from "ioredis";
import { StoreUnavailableError } from "../../errors/index.ts";
import { Connection } from "./connection.ts";
import type { Server } from "./greeting.ts";
import type { RedisPlan } from "./redis-url.ts";
import type { Operation, Script } from "./scripts.ts";
import { type ClientParts, isCluster } from "./settings.ts";

/** A connection on which nothing is done until replicas have it. It waits for them, so nothing else may go over it. */
export class ReplicatedConnection extends Connection {
  readonly #plan: RedisPlan;
  readonly #server: Server;

  constructor(
    parts: ClientParts,
    scripts: Readonly<Record<Operation, Script>>,
    place: string,
    plan: RedisPlan,
    server: Server,
  ) {
    super(parts, scripts, place);
    this.#plan = plan;
    this.#server = server;
  }

  override async run<T>(operation: Operation, prefix: string, args: readonly string[]): Promise<T> {
    const done = await super.run<T>(operation, prefix, args);
    const { replicas, settings } = this.#plan;
    const limitMs = Math.floor(settings.answerLimitMs / 2);
    // What was written before on this connection is what is waited for; a call that is repeated writes again.
    const have = await this.ask(() => this.#wait(prefix, replicas, limitMs));
    if (have >= replicas) return done;
    throw new StoreUnavailableError(
      `${settings.place}: ${have} of ${replicas} replicas have the jobs after ${limitMs} ms. They are stored, and sending again with the same ids is safe`,
    );
  }

  async #wait(prefix: string, replicas: number, limitMs: number): Promise<number> {
    const node = await this.#nodeOf(prefix);
    if (!this.#server.waitsForDisk) return node.wait(replicas, limitMs);
    const [local, remote] = (await node.call("WAITAOF", 1, replicas, limitMs)) as [number, number];
    return local >= 1 ? remote : 0;
  }

  /** The node that has a partition: where its jobs were written, and on the same connection. */
  async #nodeOf(prefix: string): Promise<Redis> {
    const { client } = this;
    if (!isCluster(client)) return client;
    const slot = Number(await client.cluster("KEYSLOT", prefix));
    const [key] = client.slots[slot] ?? [];
    const node = client.nodes("master").find(({ options }) => `${options.host}:${options.port}` === key);
    if (node === undefined)
      throw new StoreUnavailableError(`${this.#plan.settings.place}: no node has slot ${slot} now`);
    return node;
  }
}
