import { Logger, type Runner, makeWorkerUtils, run } from "graphile-worker";
import type { DelayedJob, Duty, Producer, Stop, System } from "./system.ts";
import { versionOf } from "./version-of.ts";

const BATCHED = { localQueue: { size: 500 }, completeJobBatchDelay: 0 };
const quiet = new Logger(() => () => undefined);

/** graphile-worker: plain, or with the local queue and the batched completion of its chapter on performance. */
export class GraphileWorker implements System {
  readonly about: string;
  readonly #url: string;
  readonly #batched: boolean;

  constructor(url: string, mode: "plain" | "batched" = "plain") {
    this.#url = url;
    this.#batched = mode === "batched";
    const how = this.#batched ? "local queue of 500, batched completion" : "one job a query";
    this.about = `${versionOf("graphile-worker")}, ${how}; it keeps no results, and finished jobs are deleted`;
  }

  async produce(): Promise<Producer> {
    const utils = await makeWorkerUtils({ connectionString: this.#url, logger: quiet });
    await utils.migrate();
    return {
      send: (payload) => utils.addJob("noop", payload),
      sendMany: (payloads) => utils.addJobs(payloads.map((payload) => ({ identifier: "noop", payload }))),
      sendLater: (jobs: readonly DelayedJob[]) =>
        utils.addJobs(jobs.map(({ payload, at }) => ({ identifier: "noop", payload, runAt: new Date(at) }))),
      close: async () => utils.release(),
    };
  }

  async work({ concurrency, started, done }: Duty): Promise<Stop> {
    const runner: Runner = await run({
      preset: {
        worker: {
          connectionString: this.#url,
          concurrentJobs: concurrency,
          // Two more than jobs at a time, as is advised, as long as the server has room for them.
          maxPoolSize: Math.min(Math.max(10, concurrency + 2), 50),
          logger: quiet,
          ...(this.#batched ? BATCHED : {}),
        },
      },
      noHandleSignals: true,
      taskList: {
        noop: async (payload: unknown) => {
          started(payload as string);
        },
      },
    });
    runner.events.on("job:complete", done);
    return () => runner.stop();
  }
}
