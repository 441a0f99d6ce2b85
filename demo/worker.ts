/*
 * One of the demo's worker processes: node demo/worker.ts STORE-URL NAME LEASE CONCURRENCY
 * Tells the process that forked it how far it is.
 */
import { Millrace } from "../src/index.ts";
import { countFile } from "./count-file.ts";
import type { WorkerReport } from "./worker-process.ts";

const [store = "", name = "", lease = "", concurrency = ""] = process.argv.slice(2);

const app = new Millrace({ store });
const worker = app.worker({
  tasks: [countFile],
  queues: { default: Number(concurrency) },
  name,
  lease,
  // Every job that this worker reserves, it starts: so what a kill takes from it was really under way.
  reserveAhead: 0,
  handleSignals: true,
});

let done = 0;
worker.on("succeeded", () => {
  done += 1;
});
worker.on("stopped", () => void app.close().then(() => process.disconnect()));
await worker.start();

const report = (): void => {
  const message: WorkerReport = { done, running: worker.health.running };
  process.send?.(message, () => undefined);
};
report();
setInterval(report, 25).unref();
process.on("disconnect", () => process.exit());
