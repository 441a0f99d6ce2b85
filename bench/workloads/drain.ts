import type { Stage } from "../measuring/stage.ts";
import type { Usage, WindowFigures } from "../measuring/worker-plan.ts";
import { fill } from "./fill.ts";
import type { Workload } from "./workload.ts";

const JOBS = 100_000;
const WARM = { share: 0.3, ms: 3_000 };
const LIMIT_MS = 10_000;

/** Jobs that wait already, done by one worker process; results are stored where the system can. */
export function drain(concurrency: number): Workload {
  return {
    name: `drain-${concurrency}`,
    title: `Drain, ${concurrency === 1 ? "one job" : `${concurrency} jobs`} at a time`,
    concurrency,
    figures: [
      { name: "perSecond", title: "jobs/s", better: "more" },
      { name: "workerCpuUs", title: "worker, µs/job", better: "less" },
      { name: "serverCpuUs", title: "server, µs/job", better: "less" },
      { name: "peakRssMiB", title: "worker's memory, MiB", better: "less" },
    ],
    measure: async (stage) => {
      await fill(stage.system, stage.scale.jobs(JOBS));
      return drained(stage, stage.scale.jobs(JOBS), concurrency);
    },
  };
}

type Drained = Readonly<Record<keyof (WindowFigures & Pick<Usage, "peakRssMiB">), number>>;

/** What a worker makes of jobs that wait, without its first part, in which its code is compiled. */
export async function drained(stage: Stage, jobs: number, concurrency: number): Promise<Drained> {
  const { scale } = stage;
  const worker = await stage.startWorker({
    concurrency,
    window: {
      warmJobs: jobs * WARM.share,
      warmMs: scale.ms(WARM.ms),
      jobs: jobs * (1 - WARM.share),
      ms: scale.ms(LIMIT_MS),
    },
  });
  const figures = await worker.window();
  const { peakRssMiB } = await worker.usage();
  await worker.stop();
  return { ...figures, peakRssMiB };
}
