import type { Stage } from "../measuring/stage.ts";
import { drained } from "./drain.ts";
import { fill, fillLater } from "./fill.ts";
import { sendConcurrent } from "./send-concurrent.ts";
import type { Figure, Figures, Workload } from "./workload.ts";

const DAY_MS = 86_400_000;
const DRAINED = 50_000;
const CONCURRENCY = 100;

const FIGURES: readonly Figure[] = [
  { name: "sentPerSecond", title: "sent, jobs/s", better: "more" },
  { name: "sentServerCpuUs", title: "server, µs/sent job", better: "less" },
  { name: "donePerSecond", title: "done, jobs/s", better: "more" },
  { name: "doneServerCpuUs", title: "server, µs/done job", better: "less" },
  { name: "peakRssMiB", title: "worker's memory, MiB", better: "less" },
];

/** Rates when nothing else waits: what those beside a backlog are compared with. */
export const noBacklog: Workload = {
  name: "backlog-none",
  title: "Rates beside no other jobs",
  figures: FIGURES,
  measure: rates,
};

/** Rates beside jobs that wait in the same queue. */
export function queuedBacklog(count: number): Workload {
  return {
    name: `backlog-queued-${count}`,
    title: `Rates beside ${count.toLocaleString("en-US")} queued jobs`,
    figures: FIGURES,
    measure: async (stage) => {
      await fill(stage.system, stage.scale.jobs(count));
      return rates(stage);
    },
  };
}

/** Rates beside jobs that are due tomorrow. */
export function scheduledBacklog(count: number): Workload {
  return {
    name: `backlog-scheduled-${count}`,
    title: `Rates beside ${count.toLocaleString("en-US")} scheduled jobs`,
    figures: FIGURES,
    needs: "later",
    measure: async (stage) => {
      await fillLater(stage.system, stage.scale.jobs(count), Date.now() + DAY_MS);
      return rates(stage);
    },
  };
}

/** Sends with 100 under way, then a worker with 100 at a time. */
async function rates(stage: Stage): Promise<Figures> {
  const sent = await sendConcurrent.measure(stage);
  await fill(stage.system, stage.scale.jobs(DRAINED));
  const done = await drained(stage, stage.scale.jobs(DRAINED), CONCURRENCY);
  return {
    sentPerSecond: sent["perSecond"] ?? Number.NaN,
    sentServerCpuUs: sent["serverCpuUs"] ?? Number.NaN,
    donePerSecond: done.perSecond,
    doneServerCpuUs: done.serverCpuUs,
    peakRssMiB: done.peakRssMiB,
  };
}
