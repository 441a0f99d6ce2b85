import assert from "node:assert/strict";
import { describe, onTestFinished, test } from "vitest";
import { context, task } from "../../src/index.ts";
import { SETTINGS, gate, nap, open, until, work } from "./settings.ts";

/** Lets rejections reach Millrace alone: vitest would take each for a failure of the test. */
function withoutOtherListeners(): void {
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  onTestFinished(() => {
    for (const listener of others) process.on("unhandledRejection", listener);
  });
}

describe.each(SETTINGS)("$name", (setting) => {
  test("case 2: what is scheduled and what waits for a retry outlives the app, and none of it is early", async () => {
    if (!setting.durable) return;
    const place = setting.place();
    const started: [string, number][] = [];
    const fragile = task(
      "fragile",
      (name: string) => {
        started.push([name, Date.now()]);
        if (name === "retry" && context().attempt === 1) throw new Error("once more");
        return context().attempt;
      },
      { backoff: [2_500] },
    );
    const first = open(setting, {}, place);
    const worker = await work(first, [fragile]);
    const runAt = Date.now() + 2_500;
    const scheduled = await first.client().with({ runAt }).send(fragile, "scheduled");
    const retried = await first.client().send(fragile, "retry");
    await until(async () => (await retried.peek())?.state === "retrying");
    const due = (await retried.peek())!.runAt!;
    await worker.stop();
    await first.close();
    const second = open(setting, {}, place);
    assert.equal((await second.client().get(scheduled.id))?.state, "scheduled");
    assert.equal((await second.client().get(retried.id))?.state, "retrying");
    await work(second, [fragile]);
    assert.equal(await second.client().job(scheduled.id).result({ timeout: "10s" }), 1);
    assert.equal(await second.client().job(retried.id).result({ timeout: "10s" }), 2);
    const [, again] = started.filter(([name]) => name === "retry");
    const once = started.find(([name]) => name === "scheduled");
    assert.ok(again![1] >= due - 1, `${due - again![1]} ms early`);
    assert.ok(once![1] >= runAt - 1, `${runAt - once![1]} ms early`);
    assert.equal(started.length, 3);
  });

  test("case 3: at concurrency 1, delayed and plain jobs are never two at once", async () => {
    let running = 0;
    let most = 0;
    const hold = task(
      "hold",
      async (fails: boolean) => {
        running += 1;
        most = Math.max(most, running);
        await nap(2);
        running -= 1;
        if (fails && context().attempt === 1) throw new Error("once more");
      },
      { backoff: [10] },
    );
    const app = open(setting);
    await work(app, [hold], { queues: { default: 1 } });
    const client = app.client();
    const jobs = [];
    for (let n = 0; n < 24; n += 1) {
      const by = n % 2 === 0 ? client : client.with({ runAfter: 5 * n });
      jobs.push(await by.send(hold, n % 4 === 0));
    }
    await Promise.all(jobs.map((job) => job.result({ timeout: "10s" })));
    assert.equal(most, 1);
  });

  test("case 4: with 10,000 scheduled for tomorrow, one for in 200 ms runs in 200 ms", async () => {
    const app = open(setting);
    const note = task("note", () => Date.now());
    const client = app.client();
    const tomorrow = client.with({ runAfter: "1d" });
    await tomorrow.sendMany(
      note,
      Array.from({ length: 10_000 }, (): [] => []),
    );
    await work(app, [note]);
    const before = Date.now();
    const job = await client.with({ runAfter: 200 }).send(note);
    const accepted = Date.now();
    const ranAt = await job.result({ timeout: "5s" });
    assert.ok(ranAt >= before + 199, `${before + 200 - ranAt} ms early`);
    assert.ok(ranAt <= accepted + 500, `${ranAt - accepted - 200} ms late`);
    assert.deepEqual(
      (await client.queues()).map(({ counts }) => counts.scheduled),
      [10_000],
    );
  });

  test("case 7: with 3 attempts kept and 11 executions, the last 3 are kept, the 11th among them", async () => {
    const bad = task(
      "bad",
      () => {
        throw new Error(`number ${context().attempt}`);
      },
      { retries: 10, backoff: "none", attemptsKept: 3 },
    );
    const app = open(setting);
    await work(app, [bad]);
    const record = await (await app.client().send(bad)).wait({ timeout: "10s" });
    assert.equal(record.attempt, 11);
    assert.deepEqual(
      record.attempts.map(({ number, error }) => [number, error?.message]),
      [
        [9, "number 9"],
        [10, "number 10"],
        [11, "number 11"],
      ],
    );
  });

  test("case 8: a retry list of [5, 8, 9], scaled down: four executions at those gaps, and a readable end", async () => {
    const scale = 10;
    const bad = task(
      "bad",
      () => {
        throw new Error(`number ${context().attempt}`);
      },
      { backoff: [5 * scale, 8 * scale, 9 * scale] },
    );
    const app = open(setting);
    await work(app, [bad]);
    const record = await (await app.client().send(bad)).wait({ timeout: "10s" });
    assert.equal(record.state, "failed");
    assert.equal(record.error?.message, "number 4");
    assert.equal(record.attempts.length, 4);
    for (const [at, gap] of [5, 8, 9].entries()) {
      const waited = record.attempts[at + 1]!.startedAt - record.attempts[at]!.endedAt;
      assert.ok(waited >= gap * scale - 1 && waited < gap * scale + 400, `gap ${at}: ${waited} ms`);
    }
  });

  test("case 9: whatever goes wrong in a job has a clear outcome there, and the worker lives on", async () => {
    withoutOtherListeners();
    const unreadable = Object.defineProperty(new Error("hidden"), "message", {
      get: () => {
        throw new Error("no");
      },
    });
    const thrown: Record<string, unknown> = {
      undefined,
      null: null,
      text: "just text",
      number: 42,
      object: { reason: [1n] },
      unreadable,
      huge: new Error("x".repeat(100_000)),
    };
    const throws = task("throws", (what: string) => {
      throw thrown[what];
    });
    const two = task("two", (a: number, b: number) => a + b);
    const odd = task("odd", () => new Map() as never);
    const strayAtOnce = task("stray-at-once", () => {
      void Promise.reject(new Error("nobody awaits this"));
      return "looks fine";
    });
    const strayLater = task("stray-later", async () => {
      const forget = async (): Promise<void> => {
        await nap(5);
        throw new Error("nobody awaits this");
      };
      void forget();
      await nap(50);
      return "looks fine";
    });
    const fine = task("fine", () => "fine");
    const app = open(setting, { retries: 0 });
    const worker = await work(app, [throws, two, odd, strayAtOnce, strayLater, fine]);
    const client = app.client();
    const end = async (job: {
      wait(options: { timeout: string }): Promise<{ state: string; error?: { message: string } }>;
    }): Promise<string> => {
      const { state, error } = await job.wait({ timeout: "5s" });
      return `${state}: ${error?.message ?? ""}`;
    };
    assert.match(await end(await client.send(throws, "undefined")), /^failed: undefined was thrown/);
    assert.match(await end(await client.send(throws, "null")), /^failed: null was thrown/);
    assert.match(await end(await client.send(throws, "text")), /^failed: .*just text/);
    assert.match(await end(await client.send(throws, "number")), /^failed: 42 was thrown/);
    assert.match(await end(await client.send(throws, "object")), /^failed: /);
    assert.match(await end(await client.send(throws, "unreadable")), /^failed: /);
    const huge = await end(await client.send(throws, "huge"));
    assert.ok(huge.length < 20_000);
    assert.match(await end(await client.send(odd)), /^failed: .*Map/);
    assert.match(await end(await client.send(strayAtOnce)), /^failed: nobody awaits this/);
    assert.match(await end(await client.send(strayLater)), /^failed: nobody awaits this/);
    const unknown = await client.send("unknown-to-all");
    assert.equal(await (await client.send(fine)).result({ timeout: "5s" }), "fine");
    assert.equal((await unknown.peek())?.state, "queued");
    assert.equal(worker.health.healthy, true);
    assert.equal(worker.health.running, 0);
  });

  test("case 9: what a job leaves behind when a stop gives it back ends no worker, and the job is run again", async () => {
    withoutOtherListeners();
    const thrown: unknown[] = [];
    const note = (error: unknown): unknown => thrown.push(error);
    process.on("uncaughtException", note);
    onTestFinished(() => {
      process.off("uncaughtException", note);
    });
    const begun = gate();
    const late = task("late", async () => {
      if (isLast) return "done";
      const { signal } = context();
      // Awaited in the end, but not by the time it is rejected.
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
      begun.open();
      await nap(300);
      return aborted;
    });
    let isLast = false;
    const app = open(setting);
    const worker = await work(app, [late]);
    const job = await app.client().send(late);
    await begun.opened;
    await worker.stop({ timeout: 0 });
    const record = await job.peek();
    assert.equal(record?.state, "queued");
    assert.equal(record.crashes, 0);
    isLast = true;
    await work(app, [late]);
    assert.equal(await job.result({ timeout: "5s" }), "done");
    await nap(300);
    assert.deepEqual(thrown, []);
  });

  test("case 11: a timeout with retries: the first run is over before the second starts, and no failure shows between", async () => {
    const runs: string[] = [];
    const slow = task(
      "slow",
      async () => {
        const { attempt } = context();
        runs.push(`start ${attempt}`);
        if (attempt === 1) await nap(150);
        runs.push(`end ${attempt}`);
        return `from ${attempt}`;
      },
      { timeout: 40, retries: 1, backoff: "none" },
    );
    const app = open(setting);
    await work(app, [slow]);
    const job = await app.client().send(slow);
    const seen = new Set<string>();
    const done = new AbortController();
    const looking = (async (): Promise<void> => {
      while (!done.signal.aborted) {
        seen.add((await job.peek())!.state);
        await nap(2);
      }
    })();
    assert.equal(await job.result({ timeout: "5s" }), "from 2");
    done.abort();
    await looking;
    assert.deepEqual(runs, ["start 1", "end 1", "start 2", "end 2"]);
    seen.delete("succeeded");
    for (const state of seen) assert.ok(["queued", "running", "retrying"].includes(state), state);
    assert.deepEqual(
      (await job.wait()).attempts.map(({ outcome }) => outcome),
      ["timeout", "succeeded"],
    );
  });

  test("case 13: retention of 0, 31 days and forever", async () => {
    const give = task("give", () => "value");
    const app = open(setting);
    const worker = await work(app, [give]);
    let ended = 0;
    worker.on("succeeded", () => {
      ended += 1;
    });
    const client = app.client();
    const none = await client.with({ retention: 0 }).send(give);
    const month = await client.with({ retention: "31d" }).send(give);
    const forever = await client.with({ retention: "forever" }).send(give);
    await until(() => ended === 3);
    assert.equal(await none.peek(), undefined);
    for (const job of [month, forever]) {
      const record = await job.wait({ timeout: "5s" });
      assert.equal(record.result, "value");
      assert.equal(record.resultGone, false);
    }
  });

  test("case 14: an integer beyond 2^53 and a text of several lines and scripts come back exactly", async () => {
    const text = "Grüße,\r\n\tこんにちは \u{1f468}‍\u{1f469}‍\u{1f467} \u2028 \u0000 \ud800 \\u0041 $bigint";
    const number = 2n ** 63n + 1n;
    const echo = task("echo", (n: bigint, t: string) => ({ n: n + 0n, t, both: [n, t] as [bigint, string] }));
    const app = open(setting);
    await work(app, [echo]);
    const job = await app.client().send(echo, number, text);
    assert.deepEqual(await job.result({ timeout: "5s" }), { n: number, t: text, both: [number, text] });
    const record = await job.wait();
    assert.deepEqual(record.args, [number, text]);
  });
});
