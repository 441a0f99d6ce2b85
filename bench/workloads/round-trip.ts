import { setTimeout as sleep } from "node:timers/promises";
import { LATENCY_CONCURRENCY, LATENCY_FIGURES, LATENCY_JOBS, LATENCY_WARM, percentiles } from "./pick-up.ts";
import { steadily } from "./steadily.ts";
import { PAYLOAD, type Workload } from "./workload.ts";

/** A result that nobody was told of by then counts as untold. */
const TOLD_WITHIN_MS = 5_000;

/** From the call of `send` in one process, through a worker in another, to the result in the first. */
export const roundTrip: Workload = {
  name: "round-trip",
  title: "Round trip to the result across processes, 50 jobs/s",
  figures: [...LATENCY_FIGURES, { name: "untold", title: "none within 5 s", better: "less" }],
  needs: "call",
  measure: async (stage) => {
    const producer = await stage.system.produce();
    const worker = await stage.startWorker({ concurrency: LATENCY_CONCURRENCY });
    const trips: number[] = [];
    let untold = 0;
    await steadily(stage.scale.jobs(LATENCY_JOBS) + LATENCY_WARM, async () => {
      const start = performance.now();
      const called = producer.call?.(PAYLOAD).then(() => true);
      const inTime = await Promise.race([called, sleep(TOLD_WITHIN_MS, false)]).catch(() => false);
      if (inTime === true) trips.push(performance.now() - start);
      else untold += 1;
    });
    await worker.stop();
    await producer.close();
    return { ...percentiles(trips.slice(LATENCY_WARM)), untold };
  },
};
