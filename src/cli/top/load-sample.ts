import type { Client, JobRecord, QueueInfo, WorkerInfo } from "../../index.ts";
import { liveWorkers } from "../live-workers.ts";

/** How many of the latest finished jobs the latencies are of. */
const LATEST = 100;
const MOST_RUNNING = 1_000;

/** What a store had to do at one moment. */
export interface LoadSample {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly queues: readonly QueueInfo[];
  /** Up to 1,000 of those that run. */
  readonly running: readonly JobRecord[];
  /** Up to 100 that succeeded, of those that were sent last. */
  readonly succeeded: readonly JobRecord[];
  /** Those that are alive; undefined where the store does not know them. */
  readonly workers: readonly WorkerInfo[] | undefined;
}

export async function loadSample(client: Client): Promise<LoadSample> {
  const [queues, running, succeeded, workers] = await Promise.all([
    client.queues(),
    client.list({ state: "running", limit: MOST_RUNNING }),
    client.list({ state: "succeeded", limit: LATEST }),
    liveWorkers(client),
  ]);
  return { at: Date.now(), queues, running: running.jobs, succeeded: succeeded.jobs, workers };
}
