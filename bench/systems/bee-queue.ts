import BeeQueue from "bee-queue";
import type { DelayedJob, Duty, Producer, Stop, System } from "./system.ts";
import { versionOf } from "./version-of.ts";

const QUEUE = "bench";

/** bee-queue as its README drives it: `saveAll` for many, `activateDelayedJobs`, finished jobs kept, its default. */
export class BeeQueueSystem implements System {
  readonly about = `${versionOf("bee-queue")}, delayedDebounce 1 s (its default), finished jobs kept; it does not fence`;
  readonly #redis: { host: string; port: number };

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#redis = { host: hostname, port: Number(port) };
  }

  async produce(): Promise<Producer> {
    const queue = await this.#producer(false);
    let listening: Promise<BeeQueue<string>> | undefined;
    return {
      send: (payload) => queue.createJob(payload).save(),
      sendMany: (payloads) =>
        saved(
          queue,
          payloads.map((payload) => queue.createJob(payload)),
        ),
      sendLater: (jobs: readonly DelayedJob[]) =>
        saved(
          queue,
          jobs.map(({ payload, at }) => queue.createJob(payload).delayUntil(at)),
        ),
      call: async (payload) => {
        listening ??= this.#producer(true);
        const job = (await listening).createJob(payload);
        const result = Promise.withResolvers<unknown>();
        job.on("succeeded", result.resolve);
        await job.save();
        return result.promise;
      },
      close: async () => {
        await (await listening)?.close();
        await queue.close();
      },
    };
  }

  async work({ concurrency, started, done }: Duty): Promise<Stop> {
    const queue = new BeeQueue<string>(QUEUE, {
      redis: this.#redis,
      getEvents: false,
      storeJobs: false,
      activateDelayedJobs: true,
    });
    queue.on("succeeded", done);
    await queue.ready();
    queue.process(concurrency, async ({ data }) => {
      started(data);
      return 1;
    });
    return () => queue.close();
  }

  /** A queue that only sends, as the README advises: with events only where results are waited for. */
  #producer(getEvents: boolean): Promise<BeeQueue<string>> {
    return new BeeQueue<string>(QUEUE, {
      redis: this.#redis,
      isWorker: false,
      getEvents,
      storeJobs: getEvents,
    }).ready();
  }
}

async function saved(queue: BeeQueue<string>, jobs: BeeQueue.Job<string>[]): Promise<void> {
  const [error] = (await queue.saveAll(jobs)).values();
  if (error !== undefined) throw error;
}
