/* A worker process that answers with when it started. Arguments: the URL of the store. */
import { Millrace, context, task } from "../../../src/index.ts";

const app = new Millrace({ store: process.argv[2] ?? "" });
const startedAt = task("started-at", () => performance.timeOrigin + performance.now());
const patient = task(
  "patient",
  () =>
    new Promise((_, reject) => {
      const { signal } = context();
      signal.addEventListener("abort", () => {
        process.stdout.write(`aborted ${performance.timeOrigin + performance.now()}\n`);
        reject(new Error("stopped", { cause: signal.reason }));
      });
    }),
);
const worker = app.worker({ tasks: [startedAt, patient] });
worker.on("started", ({ id }) => process.stdout.write(`started ${id}\n`));
await worker.start();
process.stdout.write("ready\n");
