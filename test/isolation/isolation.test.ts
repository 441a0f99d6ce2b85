import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { threadId } from "node:worker_threads";
import { afterAll, describe, test } from "vitest";
import { type AnyTask, ConfigurationError, type Millrace, type StoredError, task } from "../../src/index.ts";
import { CONTAINMENTS, NO_NAMESPACES, Workshop, processesWith } from "../executables/workshop.ts";
import { SETTINGS, open, rejection, until, work } from "../features/settings.ts";
import { broken, elsewhere, inProcess, inThread, twin } from "./tasks.ts";

const memory = SETTINGS.find(({ name }) => name === "store memory")!;

afterAll(() => twin.close());

for (const [kind, tasks] of [
  ["thread", inThread],
  ["process", inProcess],
] as const) {
  const list = Object.values(tasks);
  const its = (name: string): AnyTask => tasks[name]!;
  const start = async (concurrency = 2): Promise<Millrace> => {
    const app = open(memory);
    await work(app, list, { queues: { default: concurrency } });
    return app;
  };
  const run = async (app: Millrace, name: string, ...args: readonly unknown[]): Promise<unknown> =>
    (await app.client().send(its(name).name, ...args)).result({ timeout: "20s" });
  const failure = async (app: Millrace, name: string): Promise<StoredError & { attempts: number }> => {
    const record = await (await app.client().send(its(name).name)).wait({ timeout: "20s" });
    assert.equal(record.state, "failed");
    return { ...record.error!, attempts: record.attempts.length };
  };

  describe(`isolation: "${kind}"`, { timeout: 60_000 }, () => {
    test("the function runs there, and the next job in the same place", async () => {
      const app = await start(1);
      const where = (await run(app, "where")) as { pid: number; thread: number; main: boolean };
      if (kind === "thread") {
        assert.equal(where.pid, process.pid);
        assert.notEqual(where.thread, threadId);
        assert.equal(where.main, false);
      } else {
        assert.notEqual(where.pid, process.pid);
        assert.equal(where.main, true);
      }
      assert.deepEqual(await run(app, "where"), where);
    });

    test("arguments and values come through exactly", async () => {
      const app = await start();
      const values = [1.5, 2n ** 70n, "ü\ud800", null, true, { $a: [1, { b: {} }] }, []];
      assert.deepEqual(await run(app, "echo", ...values), values);
      assert.equal(await run(app, "nothing"), undefined);
    });

    test("a worker that the module starts does not start there", async () => {
      const app = await start();
      assert.equal(await run(app, "workers"), "idle");
    });

    test("context() is there: facts, progress, log lines, retries left", async () => {
      const app = await start();
      const client = app.client({
        meta: { user: "ada" },
        timeout: "20s",
        traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
      });
      const job = await client.send(its("sees").name);
      const seen = (await job.result({ timeout: "20s" })) as Record<string, unknown>;
      const { deadline, ...facts } = seen;
      assert.deepEqual(facts, {
        id: job.id,
        task: its("sees").name,
        queue: "default",
        attempt: 1,
        retriesLeft: 7,
        crashes: 0,
        meta: { user: "ada" },
        traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
        aborted: false,
      });
      assert.ok(Number(deadline) > Date.now());
      const record = await job.wait();
      assert.deepEqual(record.progress, { half: 0.5 });
      assert.deepEqual(
        record.log.map(({ message }) => message),
        ["said in there"],
      );
    });

    test("retry() and fail() reach the worker, and so does a PermanentError", async () => {
      const app = await start();
      assert.equal(await run(app, "again"), 3);
      assert.deepEqual(await failure(app, "never").then(({ name, message, attempts }) => [name, message, attempts]), [
        "TypeError",
        "for good",
        1,
      ]);
      assert.deepEqual(await failure(app, "permanent").then(({ code, attempts }) => [code, attempts]), [
        "ERR_PERMANENT",
        1,
      ]);
    });

    test("an error keeps its name, message, code, cause and stack", async () => {
      const app = await start();
      const { name, message, code, cause, stack } = await failure(app, "throws");
      assert.deepEqual([name, message, code, cause?.message], ["RangeError", "it broke", "E_BROKE", "deep"]);
      assert.match(stack ?? "", /tasks\.ts:\d+/);
    });

    test("a value that cannot be carried fails the job for good, as anywhere", async () => {
      const app = await start();
      assert.deepEqual(await failure(app, "date").then(({ code, attempts }) => [code, attempts]), ["ERR_PAYLOAD", 1]);
    });

    test("a timeout ends a loop that never ends; the slot is free, and this thread was never held up", async () => {
      const app = await start(1);
      const client = app.client();
      let turns = 0;
      const timer = setInterval(() => (turns += 1), 10);
      const spinning = await client.with({ timeout: "300ms", retries: 1, backoff: "none" }).send(its("spin").name);
      const behind = await client.send(its("echo").name, "next");
      const record = await spinning.wait({ timeout: "20s" });
      clearInterval(timer);
      assert.deepEqual(
        record.attempts.map(({ outcome }) => outcome),
        ["timeout", "timeout"],
      );
      assert.equal(record.error?.code, "ERR_TASK_TIMEOUT");
      assert.ok(turns > 10, `${turns} turns`);
      assert.deepEqual(await behind.result({ timeout: "20s" }), ["next"]);
    });

    test("cancellation ends it, too", async () => {
      const app = await start(1);
      const job = await app.client().send(its("spin").name);
      await until(async () => (await job.peek())?.state === "running");
      await job.cancel();
      assert.equal((await job.wait({ timeout: "20s" })).state, "cancelled");
    });

    test.each<[string, string, RegExp]>([
      ["process.exit()", "leaves", /exited with code 3/],
      ["an exception of nobody's", "crashes", kind === "thread" ? /out of nowhere/ : /exited with code \d+/],
      ["a rejection that nobody awaits", "stray", kind === "thread" ? /nobody waits/ : /exited with code \d+/],
      [
        "running out of memory",
        "greedy",
        kind === "thread" ? /memory limit/i : /SIGABRT|SIGKILL|SIGTRAP|exited with code \d+/,
      ],
      ...(kind === "process" ? ([["a crash of Node itself", "aborts", /SIGABRT|exited with code/]] as const) : []),
    ] as [string, string, RegExp][])("%s fails the attempt, not the worker", async (_what, name, message) => {
      const app = await start(1);
      const error = await failure(app, name);
      assert.equal(error.code, "ERR_ISOLATION");
      assert.match(error.message, message);
      assert.deepEqual(await run(app, "echo", 1), [1]);
    });

    test("stopping the worker ends what runs, and gives the job back uncharged", async () => {
      const app = open(memory);
      const worker = await work(app, list);
      const job = await app.client().send(its("spin").name);
      await until(async () => (await job.peek())?.state === "running");
      await worker.stop({ timeout: "50ms" });
      const record = await job.peek();
      assert.deepEqual([record?.state, record?.attempt], ["queued", 0]);
    });
  });
}

test("what a process started goes with it", async () => {
  const app = open(memory);
  await work(app, [inProcess["children"]!]);
  const seconds = `97${process.pid}.5`;
  const job = await app.client().send(inProcess["children"]!.name, seconds);
  await until(() => processesWith(seconds).length > 0, 15_000);
  await job.cancel();
  assert.equal((await job.wait({ timeout: "20s" })).state, "cancelled");
  await until(() => processesWith(seconds).length === 0);
});

test.each(CONTAINMENTS.filter((containment) => containment !== "namespace" || NO_NAMESPACES === undefined))(
  "held by %s, a process that spins dies with its worker, even one ended by SIGKILL, and so does what it started",
  { timeout: 60_000 },
  async (containment) => {
    const { bin } = new Workshop();
    const seconds = `96${process.pid}.5`;
    // In the command line of its process, and of no other.
    const bytes = 1_000_000 + process.pid;
    const marks = [seconds, `"maxPayloadBytes":${bytes}`];
    const entry = fileURLToPath(new URL("./worker.ts", import.meta.url));
    const worker = spawn(process.execPath, [entry, seconds, String(bytes), bin, containment], { stdio: "ignore" });
    const left = (): number[] => marks.flatMap(processesWith).filter((pid) => pid !== worker.pid);
    try {
      await until(() => marks.every((mark) => processesWith(mark).some((pid) => pid !== worker.pid)), 30_000);
    } finally {
      worker.kill("SIGKILL");
      await once(worker, "exit");
    }
    await until(() => left().length === 0).catch(() => undefined);
    assert.deepEqual(left(), []);
  },
);

test("a module that does not define the task, or does not load, is said so", async () => {
  const app = open(memory);
  await work(app, [elsewhere, broken]);
  const one = await (await app.client().send("elsewhere")).wait({ timeout: "20s" });
  assert.equal(one.error?.code, "ERR_CONFIGURATION");
  assert.match(one.error.message, /empty\.ts defines no task "elsewhere"/);
  const other = await (await app.client().send("broken")).wait({ timeout: "20s" });
  assert.equal(other.error?.code, "ERR_ISOLATION");
  assert.match(other.error.message, /could not load it: this module does not load/);
  assert.equal(other.error.cause?.message, "this module does not load");
});

test("isolation needs a module, and both must be what they must be", async () => {
  for (const [options, message] of [
    [{ isolation: "thread" }, /module: import\.meta\.url/],
    [{ isolation: "fibre", module: import.meta.url }, /"thread" or "process", not "fibre"/],
    [{ module: import.meta.url }, /go with `isolation`/],
    [{ isolation: "thread", module: "./tasks.ts" }, /module: import\.meta\.url/],
    [{ isolation: "thread", module: import.meta.url, maxMemoryMb: 1 }, /maxMemoryMb/],
  ] as const) {
    const error = await rejection((async () => task("t", () => 1, options as never))());
    assert.ok(error instanceof ConfigurationError && message.test(error.message), String(error));
  }
});
