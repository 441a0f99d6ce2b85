import { moment } from "../measuring/moment.ts";
import { LATENCY_CONCURRENCY, LATENCY_FIGURES, LATENCY_JOBS, LATENCY_WARM, percentiles } from "./pick-up.ts";
import { steadily } from "./steadily.ts";
import { PAYLOAD, type Workload } from "./workload.ts";

/** From the call of `send` in one process, through a worker in another, to the result in the first. */
export const roundTrip: Workload = {
  name: "round-trip",
  title: "Round trip to the result across processes, 50 jobs/s",
  figures: LATENCY_FIGURES,
  needs: "call",
  measure: async (stage) => {
    const producer = await stage.system.produce();
    const worker = await stage.startWorker({ concurrency: LATENCY_CONCURRENCY });
    const trips: number[] = [];
    await steadily(stage.scale.jobs(LATENCY_JOBS) + LATENCY_WARM, async () => {
      const start = moment();
      await producer.call?.(PAYLOAD);
      trips.push(moment() - start);
    });
    await worker.stop();
    await producer.close();
    return percentiles(trips.slice(LATENCY_WARM));
  },
};
