import { describe, expect, test } from "vitest";
import { context, task } from "../index.ts";
import { testApp } from "./test-app.ts";

const add = task("add", (a: number, b: number) => a + b);
const flaky = task("flaky", () => (context().attempt < 3 ? Promise.reject(new Error("not yet")) : "at last"), {
  backoff: ["1h", "2h"],
});

describe("testApp", () => {
  test("runs jobs with no disk and no real time", async () => {
    await using app = await testApp({ tasks: [add] });
    const job = await app.client.with({ runAfter: "30d" }).send(add, 1, 2);
    await app.advance(30 * 86_400_000 - 1);
    expect((await job.peek())?.state).toBe("scheduled");
    await app.advance(1);
    expect(await job.result()).toBe(3);
  });

  test("holds retries until their time", async () => {
    await using app = await testApp({ tasks: [flaky] });
    const job = await app.client.send(flaky);
    await app.settle();
    expect((await job.peek())?.state).toBe("retrying");
    await app.advance(3_600_000);
    expect((await job.peek())?.attempts).toHaveLength(2);
    await app.advance(7_200_000);
    expect(await job.result()).toBe("at last");
  });

  test("paces a queue to the millisecond", async () => {
    const starts: number[] = [];
    const beat = task("beat", () => void starts.push(app.clock.now()));
    await using app = await testApp({ tasks: [beat], queues: { default: { minInterval: "1m" } } });
    await app.client.sendMany(beat, [[], [], []]);
    await app.settle();
    expect(starts).toHaveLength(1);
    await app.advance(59_999);
    expect(starts).toHaveLength(1);
    await app.advance(1);
    expect(starts).toHaveLength(2);
    await app.advance(120_000);
    expect(starts.map((at) => at - starts[0]!)).toEqual([0, 60_000, 120_000]);
  });

  test("inline: a job is final when its send resolves", async () => {
    await using app = await testApp({ tasks: [add], inline: true });
    const job = await app.client.send(add, 20, 22);
    expect((await job.peek())?.result).toBe(42);
  });
});
