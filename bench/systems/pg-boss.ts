import { PgBoss } from "pg-boss";
import type { DelayedJob, Duty, Producer, Stop, System } from "./system.ts";
import { versionOf } from "./version-of.ts";

const QUEUE = "bench";
const BATCH = 100;

interface Data {
  readonly payload: string;
}

/**
 * pg-boss as its documents drive it where it is to be quick: workers woken by LISTEN/NOTIFY, jobs fetched in batches,
 * each settled with its own result, the next batch fetched at once while batches are full. How many jobs of a batch run
 * at a time is up to the handler, so the batch is the same at any concurrency.
 */
export class PgBossSystem implements System {
  readonly about = `${versionOf("pg-boss")}, LISTEN/NOTIFY, polling every 0.5 s (its least), batches of ${BATCH}, results stored`;
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async produce(): Promise<Producer> {
    const boss = await this.#boss();
    return {
      send: (payload) => boss.send(QUEUE, { payload }),
      sendMany: (payloads) =>
        boss.insert(
          QUEUE,
          payloads.map((payload) => ({ data: { payload } })),
        ),
      sendLater: (jobs: readonly DelayedJob[]) =>
        boss.insert(
          QUEUE,
          jobs.map(({ payload, at }) => ({ data: { payload }, startAfter: new Date(at) })),
        ),
      close: () => boss.stop({ graceful: false }),
    };
  }

  async work({ started, done }: Duty): Promise<Stop> {
    const boss = await this.#boss();
    const options = {
      batchSize: BATCH,
      burstWhenBatchFull: true,
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 0.5,
      perJobResults: true,
    } as const;
    await boss.work<Data, number, typeof options>(QUEUE, options, async (jobs) => {
      for (const { data } of jobs) started(data.payload);
      // It tells nobody when a batch is recorded; the next one is not fetched before.
      for (let at = 0; at < jobs.length; at += 1) done();
      return jobs.map(({ id }) => ({ id, status: "completed" as const, output: 1 }));
    });
    return () => boss.stop({ graceful: false });
  }

  async #boss(): Promise<PgBoss> {
    const boss = new PgBoss({ connectionString: this.#url, useListenNotify: true });
    boss.on("error", (error) => console.error(error));
    await boss.start();
    await boss.createQueue(QUEUE, { notify: true });
    return boss;
  }
}
