/*
 * Tasks that run apart from their worker. Loaded by the tests, and by the threads and processes that run them.
 */
import { spawn } from "node:child_process";
import { isMainThread, threadId } from "node:worker_threads";
import { type AnyTask, Millrace, PermanentError, type Worker, context, task } from "../../src/index.ts";

const module = import.meta.url;

function make(isolation: "thread" | "process"): Record<string, AnyTask> {
  const own = (name: string, run: (...args: never[]) => unknown, more: object = {}): AnyTask =>
    task(`${isolation}-${name}`, run as never, { isolation, module, retries: 0, ...more });
  return {
    where: own("where", () => ({ pid: process.pid, thread: threadId, main: isMainThread })),
    echo: own("echo", (...values: readonly unknown[]) => values),
    spin: own("spin", () => {
      for (;;);
    }),
    sees: own("sees", () => {
      const job = context();
      job.progress({ half: 0.5 });
      job.log("said in there");
      job.setRetriesLeft(7);
      const { id, task, queue, attempt, retriesLeft, crashes, meta, traceparent, deadline, signal } = job;
      return {
        id,
        task,
        queue,
        attempt,
        retriesLeft,
        crashes,
        meta,
        traceparent: traceparent ?? null,
        deadline: deadline ?? null,
        aborted: signal.aborted,
      };
    }),
    again: own(
      "again",
      () => {
        const { attempt } = context();
        if (attempt < 3) context().retry(new RangeError("not yet"), { after: 1 });
        return attempt;
      },
      { retries: 5, backoff: ["1h"] },
    ),
    never: own("never", () => context().fail(new TypeError("for good")), { retries: 5 }),
    permanent: own("permanent", () => Promise.reject(new PermanentError("no use")), { retries: 5 }),
    throws: own("throws", () => {
      throw Object.assign(new RangeError("it broke", { cause: new Error("deep") }), { code: "E_BROKE" });
    }),
    workers: own("workers", async () => (await started).health.state),
    nothing: own("nothing", () => undefined),
    date: own("date", () => new Date(), { retries: 5 }),
    leaves: own("leaves", () => process.exit(3)),
    crashes: own("crashes", () => {
      setImmediate(() => {
        throw new Error("out of nowhere");
      });
      return new Promise(() => undefined);
    }),
    stray: own("stray", async () => {
      void Promise.reject(new Error("nobody waits"));
      return new Promise(() => undefined);
    }),
    greedy: own(
      "greedy",
      () => {
        const kept: unknown[] = [];
        for (;;) kept.push(Array.from({ length: 1_000 }, (_, at) => ({ at })));
      },
      { maxMemoryMb: 32 },
    ),
    aborts: own("aborts", () => process.abort()),
    children: own("children", (seconds: string) => {
      spawn("setsid", ["sleep", seconds], { stdio: "ignore" });
      for (;;);
    }),
  };
}

export const inThread: Record<string, AnyTask> = make("thread");
export const inProcess: Record<string, AnyTask> = make("process");
/** Its module is another one, which does not define it. */
export const elsewhere: AnyTask = task("elsewhere", () => 1, {
  isolation: "thread",
  module: new URL("./empty.ts", import.meta.url),
});
export const broken: AnyTask = task("broken", () => 1, {
  isolation: "thread",
  module: new URL("./broken.ts", import.meta.url),
  retries: 0,
});

// As in a program that is both: here, the tasks of the test; in a thread, nothing.
const app = new Millrace({ store: "memory:" });
const started: Promise<Worker> = app.worker({ tasks: [task("here", () => "ran")] }).start();
export const twin: Millrace = app;
