import {
  type ConnectionOptions,
  type Job,
  Queue,
  QueueEvents,
  Worker,
  createPostgresBackend,
  setDefaultBackendFactory,
} from "bullmq";
import type { DelayedJob, Duty, Producer, Stop, System } from "./system.ts";
import { versionOf } from "./version-of.ts";

const QUEUE = "bench";

/** BullMQ as its documents drive it: `addBulk` for many, a worker's `concurrency`, and finished jobs kept, its default. */
class Bullmq implements System {
  readonly about: string;
  readonly #connection: ConnectionOptions;

  constructor(about: string, connection: ConnectionOptions) {
    this.about = about;
    this.#connection = connection;
  }

  async produce(): Promise<Producer> {
    const queue = new Queue<string>(QUEUE, { connection: this.#connection });
    await queue.waitUntilReady();
    let events: Promise<QueueEvents> | undefined;
    return {
      send: (payload) => queue.add("noop", payload),
      sendMany: (payloads) => queue.addBulk(payloads.map((data) => ({ name: "noop", data }))),
      sendLater: (jobs: readonly DelayedJob[]) => {
        const now = Date.now();
        return queue.addBulk(
          jobs.map(({ payload, at }) => ({ name: "noop", data: payload, opts: { delay: at - now } })),
        );
      },
      call: async (payload) => {
        events ??= this.#events();
        const listening = await events;
        const job: Job<string, number> = await queue.add("noop", payload);
        return job.waitUntilFinished(listening);
      },
      close: async () => {
        await (await events)?.close();
        await queue.close();
      },
    };
  }

  async work({ concurrency, started, done }: Duty): Promise<Stop> {
    const run = async ({ data }: Job<string, number>): Promise<number> => {
      started(data);
      return 1;
    };
    const worker = new Worker<string, number>(QUEUE, run, { connection: this.#connection, concurrency });
    worker.on("error", (error) => console.error(error));
    worker.on("completed", done);
    await worker.waitUntilReady();
    return () => worker.close();
  }

  async #events(): Promise<QueueEvents> {
    const events = new QueueEvents(QUEUE, { connection: this.#connection });
    await events.waitUntilReady();
    return events;
  }
}

export function bullmqOnRedis(url: string): System {
  const { hostname: host, port } = new URL(url);
  // A worker's connection must wait for ever; the others may.
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  return new Bullmq(`${versionOf("bullmq")} with ${versionOf("ioredis")}, finished jobs kept`, connection);
}

export function bullmqOnPostgres(url: string): System {
  setDefaultBackendFactory(createPostgresBackend);
  const connection = { connectionString: url, migrate: true } as ConnectionOptions;
  return new Bullmq(
    `${versionOf("bullmq")} with ${versionOf("pg")}, its default pool of 10, finished jobs kept`,
    connection,
  );
}
