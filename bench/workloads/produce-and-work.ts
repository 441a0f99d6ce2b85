import { send100 } from "./send-concurrent.ts";
import type { Workload } from "./workload.ts";

const CONCURRENCY = 100;
const WARM_MS = 2_000;
const TIME_MS = 8_000;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
/** The producer goes on for so much longer than the worker is measured, if it does not hear before that it is over. */
const SPARE_MS = 1_000;

/** A process that sends as fast as it can, and one that works as fast as it can. */
export const produceAndWork: Workload = {
  name: "produce-and-work",
  title: "Producer and worker at once",
  figures: [
    { name: "outPerSecond", title: "done, jobs/s", better: "more" },
    { name: "inPerSecond", title: "sent, jobs/s", better: "more" },
  ],
  measure: async (stage) => {
    const { system, scale } = stage;
    const producer = await system.produce();
    const worker = await stage.startWorker({
      concurrency: CONCURRENCY,
      window: { warmJobs: NO_LIMIT, warmMs: scale.ms(WARM_MS), jobs: NO_LIMIT, ms: scale.ms(TIME_MS) },
    });
    let over = false;
    const measured = worker.window().finally(() => {
      over = true;
    });
    const start = performance.now();
    // By the clock, too: a bare loop over a file never lets its event loop turn, and hears of nothing.
    const until = start + scale.ms(WARM_MS + TIME_MS) + SPARE_MS;
    const sent = await send100(producer, NO_LIMIT, () => !over && performance.now() < until);
    const seconds = (performance.now() - start) / 1_000;
    const { perSecond } = await measured;
    await worker.stop();
    await producer.close();
    return { outPerSecond: perSecond, inPerSecond: sent / seconds };
  },
};
