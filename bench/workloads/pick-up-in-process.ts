import { moment } from "../measuring/moment.ts";
import { LATENCY_CONCURRENCY, LATENCY_FIGURES, LATENCY_JOBS, LATENCY_WARM, percentiles, sentNow } from "./pick-up.ts";
import { steadily } from "./steadily.ts";
import type { Workload } from "./workload.ts";

/** From the call of `send` to the start of the function in the same process, at 50 jobs a second. */
export const pickUpInProcess: Workload = {
  name: "pick-up-in-process",
  title: "Pick-up in one process, 50 jobs/s",
  figures: LATENCY_FIGURES,
  measure: async ({ system, scale }) => {
    const jobs = scale.jobs(LATENCY_JOBS) + LATENCY_WARM;
    const notes: number[] = [];
    const all = Promise.withResolvers<void>();
    const producer = await system.produce();
    const stop = await system.work({
      concurrency: LATENCY_CONCURRENCY,
      started: (payload) => {
        notes.push(moment() - Number(payload));
        if (notes.length === jobs) all.resolve();
      },
      done: () => undefined,
    });
    await steadily(jobs, () => producer.send(sentNow()));
    await all.promise;
    await stop();
    await producer.close();
    return percentiles(notes.slice(LATENCY_WARM));
  },
};
