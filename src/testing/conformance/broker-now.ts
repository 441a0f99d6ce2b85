import type { Broker } from "../../contracts/broker.ts";
import type { Opened } from "./harness.ts";
import { sampleJob } from "./sample-job.ts";
import { SampleWorker, SUCCEEDED } from "./sample-worker.ts";

/** The time by a broker's own clock, which is the only one that counts: that of a reservation. */
export async function brokerNow(opened: Opened<Broker>): Promise<number> {
  const worker = new SampleWorker(opened, { queues: ["clock"] });
  await opened.driver.enqueue([sampleJob({ queue: "clock" })]);
  const lease = await worker.take();
  await worker.end(lease, { ...SUCCEEDED, keep: { recordMs: 0, resultMs: 0 } });
  return lease.reservedAt;
}
