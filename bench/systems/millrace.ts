import { type Client, Millrace, task } from "../../src/index.ts";
import { PAYLOAD, type System } from "./system.ts";

const noop = task("noop", async (_payload: string) => 1);

/** Millrace on its embedded store: results stored, leases kept, default options. */
export class MillraceSqlite implements System {
  readonly about = "Millrace, SQLite store, default options, results stored";
  #app!: Millrace;
  #client!: Client;

  async open(file: string, durability: "full" | "normal"): Promise<void> {
    this.#app = new Millrace({ store: `sqlite:${file}`, durability });
    this.#client = this.#app.client();
    await this.#client.get("none");
  }

  async sendOneByOne(count: number): Promise<void> {
    for (let sent = 0; sent < count; sent += 1) await this.#client.send(noop, PAYLOAD);
  }

  async sendConcurrently(count: number, concurrency: number): Promise<void> {
    let left = count;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.#client.send(noop, PAYLOAD);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  }

  async sendInBulk(count: number, bulk: number): Promise<void> {
    const list = Array.from({ length: bulk }, (): [string] => [PAYLOAD]);
    for (let sent = 0; sent < count; sent += bulk) await this.#client.sendMany(noop, list);
  }

  async schedule(count: number): Promise<void> {
    const list = Array.from({ length: 1_000 }, (): [string] => [PAYLOAD]);
    const client = this.#client.with({ runAfter: "1d" });
    for (let sent = 0; sent < count; sent += 1_000) await client.sendMany(noop, list);
  }

  async drain(count: number, concurrency: number): Promise<void> {
    const worker = this.#app.worker({ tasks: [noop], queues: { default: concurrency } });
    const done = Promise.withResolvers<void>();
    let succeeded = 0;
    worker.on("succeeded", () => {
      succeeded += 1;
      if (succeeded === count) done.resolve();
    });
    await worker.start();
    await done.promise;
    await worker.stop();
  }

  close(): Promise<void> {
    return this.#app.close();
  }
}
