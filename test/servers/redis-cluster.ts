import { setTimeout as sleep } from "node:timers/promises";
import { type RedisOptions, RedisServer } from "./redis.ts";
import { withFreePort } from "./server-process.ts";

const SLOTS = 16_384;
const READY_WITHIN_MS = 30_000;

/** A Redis Cluster of masters, each with an equal share of the slots. */
export class RedisCluster implements AsyncDisposable {
  readonly nodes: readonly RedisServer[];

  private constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  /** Starts the nodes and resolves once each of them says that the cluster is whole. */
  static async start(count = 3, options: RedisOptions = {}): Promise<RedisCluster> {
    const cluster = new RedisCluster(await Promise.all(Array.from({ length: count }, () => startNode(options))));
    try {
      await cluster.#join();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** `host:port` of each node. */
  get addresses(): readonly string[] {
    return this.nodes.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** Waits until each node says that all slots are served. */
  async settled(): Promise<void> {
    const end = performance.now() + READY_WITHIN_MS;
    while (!(await this.#isWhole())) {
      if (performance.now() > end) throw new Error(`the cluster is not whole after ${READY_WITHIN_MS} ms`);
      await sleep(20);
    }
  }

  /** Gives a slot and its keys to another node, a few at a time, as an operator does who adds one. */
  async moveSlot(slot: number, from: number, to: number): Promise<void> {
    const [source, target] = [this.nodes[from]!, this.nodes[to]!];
    const [sourceId, targetId] = [await idOf(source), await idOf(target)];
    await target.command("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceId);
    await source.command("CLUSTER", "SETSLOT", slot, "MIGRATING", targetId);
    for (;;) {
      const keys = (await source.command("CLUSTER", "GETKEYSINSLOT", slot, 3)) as readonly string[];
      if (keys.length === 0) break;
      await source.command("MIGRATE", "127.0.0.1", target.port, "", 0, 10_000, "KEYS", ...keys);
      await sleep(10);
    }
    for (const node of [target, ...this.nodes]) await node.command("CLUSTER", "SETSLOT", slot, "NODE", targetId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
  }

  async #join(): Promise<void> {
    const [first] = this.nodes;
    const share = SLOTS / this.nodes.length;
    for (const [at, node] of this.nodes.entries()) {
      const [from, to] = [Math.ceil(at * share), Math.ceil((at + 1) * share) - 1];
      await node.command("CLUSTER", "ADDSLOTSRANGE", from, to);
      await node.command("CLUSTER", "SET-CONFIG-EPOCH", at + 1);
      const [, busPort] = (await node.command("CONFIG", "GET", "cluster-port")) as readonly string[];
      if (node !== first) await first!.command("CLUSTER", "MEET", "127.0.0.1", node.port, busPort!);
    }
    await this.settled();
  }

  async #isWhole(): Promise<boolean> {
    const infos = await Promise.all(this.nodes.map((node) => node.command("CLUSTER", "INFO")));
    return infos.every((info) => {
      const text = String(info);
      return text.includes("cluster_state:ok") && text.includes(`cluster_known_nodes:${this.nodes.length}\r`);
    });
  }
}

async function idOf(node: RedisServer): Promise<string> {
  return String(await node.command("CLUSTER", "MYID"));
}

/** A node with a bus port of its own: the usual one, 10,000 above, may be taken or out of range. */
async function startNode(options: RedisOptions): Promise<RedisServer> {
  return withFreePort((busPort) => {
    const config = [
      "cluster-enabled yes",
      `cluster-port ${busPort}`,
      "cluster-node-timeout 2000",
      ...(options.config ?? []),
    ];
    return RedisServer.start({ ...options, config });
  });
}
