import { setTimeout as sleep } from "node:timers/promises";
import { LATENCY_FIGURES, percentiles } from "./pick-up.ts";
import type { Workload } from "./workload.ts";

const JOBS = 10_000;
const LEAD_MS = 10_000;
const LATEST_MS = 30_000;
const BULK = 1_000;
const CONCURRENCY = 100;

/** 10,000 jobs, one due each millisecond: from when each is due to its start, by the machine's clock. */
export const lateness: Workload = {
  name: "lateness",
  title: "Lateness of 10,000 delayed jobs, one a millisecond",
  figures: [...LATENCY_FIGURES, { name: "early", title: "early, jobs", better: "less" }],
  needs: "later",
  measure: async (stage) => {
    const jobs = stage.scale.jobs(JOBS);
    const producer = await stage.system.produce();
    const worker = await stage.startWorker({ concurrency: CONCURRENCY, note: "lateness", expected: jobs });
    const from = Date.now() + stage.scale.ms(LEAD_MS);
    const delayed = Array.from({ length: jobs }, (_, at) => ({
      payload: String(from + at).padEnd(100),
      at: from + at,
    }));
    for (let sent = 0; sent < jobs; sent += BULK) await producer.sendLater?.(delayed.slice(sent, sent + BULK));
    if (Date.now() > from) throw new Error(`${jobs} delayed jobs could not be sent before the first one was due`);
    const late = sleep(from + jobs + LATEST_MS - Date.now(), "late", { ref: false });
    if ((await Promise.race([worker.expected(), late])) === "late") {
      throw new Error(`not all of ${jobs} delayed jobs had started ${LATEST_MS / 1_000} s after the last one was due`);
    }
    const notes = await worker.stop();
    await producer.close();
    return { ...percentiles(notes), early: notes.filter((late) => late < 0).length };
  },
};
