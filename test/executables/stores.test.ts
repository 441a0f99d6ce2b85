import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "vitest";
import type { FinishedJob } from "../../src/index.ts";
import { SETTINGS, open, until } from "../features/settings.ts";
import { Workshop } from "./workshop.ts";

describe.each(SETTINGS)("executables on $name", (setting) => {
  test("delays, retry lists, history, expiry, priorities, results and their retention are as for functions", async () => {
    const workshop = new Workshop();
    workshop.bash(
      "third",
      `date +%s%3N >> "$1"; [ "$MILLRACE_ATTEMPT" = 3 ] && echo "attempt $MILLRACE_ATTEMPT" || { echo "not yet" >&2; exit 1; }`,
    );
    workshop.bash("quick", "echo quick");
    const app = open(setting);
    const worker = app.worker({ executables: { folder: workshop.bin }, queues: { default: 1 }, lease: "2s" });
    await worker.start();
    const client = app.client();
    const times = workshop.path("times");
    const before = Date.now();
    const job = await client.with({ runAfter: "200ms", backoff: ["150ms", "250ms"] }).send("third", times);
    assert.equal(await job.result({ timeout: "15s" }), "attempt 3\n");
    const starts = readFileSync(times, "utf8").trim().split("\n").map(Number);
    assert.equal(starts.length, 3);
    assert.ok(starts[0]! - before >= 200 && starts[1]! - starts[0]! >= 150 && starts[2]! - starts[1]! >= 250);
    const record = await job.wait();
    assert.deepEqual(
      record.attempts.map(({ number, outcome, error }) => [number, outcome, error?.details?.["exitCode"]]),
      [
        [1, "failed", 1],
        [2, "failed", 1],
        [3, "succeeded", undefined],
      ],
    );
    const expired = await client.with({ expireAt: Date.now() - 1 }).send("quick");
    assert.equal((await expired.wait({ timeout: "15s" })).state, "expired");
    const forgotten = await client.with({ retention: { result: "none", status: "1h" } }).send("quick");
    await until(async () => (await forgotten.peek())?.state === "succeeded");
    assert.equal((await forgotten.peek())?.result, undefined);
  });

  test("callbacks of a file are told of its jobs, with arguments, result and error; its queue is known to the app's client", async () => {
    const workshop = new Workshop();
    workshop.bash("adds", 'echo "$(($1 + $2))"; exit "$3"');
    const told: FinishedJob[] = [];
    const app = open(setting);
    const worker = app.worker({
      executables: {
        folder: workshop.bin,
        queue: "media",
        retries: 0,
        trim: true,
        tasks: { adds: { onEnd: (job) => told.push(job) } },
      },
      lease: "2s",
    });
    await worker.start();
    assert.deepEqual([...worker.queues.keys()], ["media"]);
    const good = await app.client().send("adds", "1", "2", "0");
    const bad = await app.client().send("adds", "1", "2", "3");
    assert.equal(await good.result({ timeout: "15s" }), "3");
    await until(() => told.length === 2);
    const [first, second] = told.toSorted((a, b) => (a.state < b.state ? 1 : -1));
    assert.deepEqual([first?.id, first?.args, first?.value, first?.queue], [good.id, ["1", "2", "0"], "3", "media"]);
    assert.deepEqual([second?.id, second?.state, second?.error?.name], [bad.id, "failed", "ProcessExitError"]);
    await app.client().dead.replay(bad.id);
    await until(() => told.length === 3);
  });
});
