/* A worker process whose jobs take a while and return its process id. Arguments: the database. */
import { setTimeout as sleep } from "node:timers/promises";
import { Millrace, context, task } from "../../../src/index.ts";

const silent = (): void => {};
const app = new Millrace({
  store: `sqlite:${process.argv[2] ?? ""}`,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
});
const steady = task("steady", async (ms: number) => {
  await sleep(ms);
  return process.pid;
});
/** Does not end in its first worker until that loses it, and at once in the next. */
const orphan = task("orphan", async () => {
  const { crashes, signal } = context();
  if (crashes === 0) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  return process.pid;
});
const worker = app.worker({ tasks: [steady, orphan], lease: "1s" });
worker.on("started", ({ id }) => process.stdout.write(`started ${id}\n`));
worker.on("stalled", ({ id }) => process.stdout.write(`stalled ${id}\n`));
await worker.start();
process.stdout.write("ready\n");
