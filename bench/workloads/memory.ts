import { fill } from "./fill.ts";
import type { Workload } from "./workload.ts";

const JOBS = 100_000;

/** What a base holds more when jobs of 100 bytes wait in it. */
export const memory: Workload = {
  name: "memory",
  title: "Size of a queued job",
  figures: [{ name: "bytesPerJob", title: "bytes/job", better: "less" }],
  measure: async ({ system, meter, scale }) => {
    // What is there once, such as tables and scripts, is no job's.
    await fill(system, 1_000);
    const before = await meter.bytes();
    await fill(system, scale.jobs(JOBS));
    return { bytesPerJob: ((await meter.bytes()) - before) / scale.jobs(JOBS) };
  },
};
