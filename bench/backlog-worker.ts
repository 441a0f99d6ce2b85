import { Millrace, task } from "../src/index.ts";

/*
 * A worker that drains a while beside a large backlog, then tells its memory: node backlog-worker.ts FILE
 */
const app = new Millrace({ store: `sqlite:${process.argv[2] ?? ""}` });
const later = task("later", async (_payload: string) => undefined);
const worker = app.worker({ tasks: [later], queues: { default: 100 } });
let peak = 0;
let done = 0;
worker.on("succeeded", () => {
  done += 1;
  if (done % 1_000 === 0) peak = Math.max(peak, process.memoryUsage.rss());
});
await worker.start();
await new Promise((resolve) => {
  setTimeout(resolve, 5_000);
});
process.send?.(peak);
await app.close();
