import { setTimeout as sleep } from "node:timers/promises";
import { PAYLOAD, type Workload } from "./workload.ts";

const SETTLE_MS = 3_000;
const TIME_MS = 20_000;

/** What a worker of one queue costs that has had one job and gets no more. */
export const idle: Workload = {
  name: "idle",
  title: "An idle worker",
  figures: [
    { name: "workerCpuPercent", title: "worker, % of a core", better: "less" },
    { name: "requestsPerSecond", title: "server, requests/s", better: "less" },
  ],
  measure: async (stage) => {
    const { scale, system, meter } = stage;
    const producer = await system.produce();
    const worker = await stage.startWorker({ concurrency: 10, expected: 1 });
    await producer.send(PAYLOAD);
    await worker.expected();
    await producer.close();
    await sleep(SETTLE_MS);
    const [usage, requests, start] = [await worker.usage(), await meter.requests(), performance.now()];
    await sleep(scale.ms(TIME_MS));
    const [usageAfter, requestsAfter, ms] = [await worker.usage(), await meter.requests(), performance.now() - start];
    await worker.stop();
    return {
      workerCpuPercent: ((usageAfter.cpuMs - usage.cpuMs) / ms) * 100,
      // The two questions themselves are one of them.
      requestsPerSecond: ((requestsAfter - requests - 1) * 1_000) / ms,
    };
  },
};
