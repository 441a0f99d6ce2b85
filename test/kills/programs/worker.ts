/* A worker process: each attempt leaves its start and its end in the ledger `runs`. */
import { setTimeout as sleep } from "node:timers/promises";
import { context, task } from "../../../src/index.ts";
import { ledger, makeApp, say, wish, wished } from "./setting.ts";

const runs = ledger("runs");

function note(what: string): void {
  const { id, attempt, crashes } = context();
  runs.append({ id, attempt, crashes, what, pid: process.pid, at: Date.now() });
}

/** Runs for `ms`, or as long as the process lives if that is negative. */
const steady = task(
  "steady",
  async (ms: number) => {
    note("start");
    await (ms < 0 ? new Promise(() => undefined) : sleep(ms));
    note("end");
    return process.pid;
  },
  { retries: 3 },
);

/** Runs for `ms`, deaf to everything; its second run is short. */
const deaf = task("deaf", (ms: number) => {
  note("start");
  const until = performance.now() + (context().crashes === 0 ? ms : 1);
  while (performance.now() < until);
  note("end");
  return process.pid;
});

/** Never ends in the worker that is killed, and at once in the next. */
const orphan = task("orphan", async () => {
  note("start");
  await (context().crashes === 0 ? new Promise(() => undefined) : undefined);
  note("end");
  return process.pid;
});

/** Kills its worker. */
const poison = task("poison", () => {
  note("start");
  process.abort();
});

/** Takes long enough for the test to stop its worker by a signal; its second run is short. */
const frozen = task("frozen", async () => {
  note("start");
  say("started");
  await sleep(context().crashes === 0 ? 300 : 1);
  note("end");
  return process.pid;
});

/** Fails the first time. */
const fickle = task(
  "fickle",
  () => {
    note("start");
    if (context().attempt === 1) throw new Error("once");
    note("end");
    return process.pid;
  },
  { backoff: [1_500] },
);

const app = makeApp();
const worker = app.worker({
  tasks: [steady, deaf, orphan, poison, frozen, fickle],
  queues: { default: wished("concurrency", 4) },
  lease: wished("lease", 1_000),
  ...(wish["grace"] === undefined ? {} : { handleSignals: wished("grace", 0) }),
});
worker.on("started", ({ id }) => say(`started ${id}`));
worker.on("stalled", ({ id }) => runs.append({ id, what: "stalled", pid: process.pid, at: Date.now() }));
worker.on("retrying", ({ id }) => say(`retrying ${id}`));
await worker.start();
say("ready");
worker.on("stopped", () => void app.close());
