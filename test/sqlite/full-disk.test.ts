import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StoreFullError, task } from "../../src/index.ts";
import { appOn } from "./files.ts";
import { SmallDisk, canMount } from "./small-disk.ts";

const note = task("note", (text: string) => text.length);
const text = "x".repeat(2_000);

describe.skipIf(!canMount())("a full disk (needs root, to mount a small one)", () => {
  test("a send is refused with the typed error; what was accepted stays, and all goes on once there is room", async () => {
    using disk = new SmallDisk(4);
    await using app = appOn(join(disk.path, "jobs.db"));
    const client = app.client();
    const accepted: string[] = [];
    let refusal: unknown;
    while (refusal === undefined) {
      try {
        for (const { id } of await client.sendMany(
          note,
          Array.from({ length: 50 }, (): [string] => [text]),
        ))
          accepted.push(id);
      } catch (error) {
        refusal = error;
      }
    }
    expect(refusal).toBeInstanceOf(StoreFullError);
    expect((refusal as Error).message).toMatch(/free some space and it goes on/);
    expect(accepted.length).toBeGreaterThan(100);
    await expect(
      client.sendMany(
        note,
        Array.from({ length: 200 }, (): [string] => [text]),
      ),
    ).rejects.toBeInstanceOf(StoreFullError);
    const [queue] = await client.queues();
    expect(queue?.counts).toEqual({ queued: accepted.length });
    disk.remount("size=64m");
    const more = await client.send(note, text);
    const worker = app.worker({ tasks: [note] });
    await worker.start();
    expect(await more.result({ timeout: "15s" })).toBe(text.length);
    const [after] = await client.queues();
    expect(after?.counts).toEqual({ succeeded: accepted.length + 1 });
  });

  test("a worker on a full disk keeps its outcomes, and records them once there is room", async () => {
    using disk = new SmallDisk(4);
    await using app = appOn(join(disk.path, "jobs.db"));
    const client = app.client();
    const gate = Promise.withResolvers<void>();
    const gated = task("gated", async () => {
      await gate.promise;
      return "y".repeat(500_000);
    });
    const worker = app.worker({ tasks: [gated], lease: "1s" });
    const failed = Promise.withResolvers<unknown>();
    worker.on("error", ({ error }) => failed.resolve(error));
    await worker.start();
    const started = new Promise((resolve) => worker.on("started", resolve));
    const job = await client.send(gated);
    await started;
    disk.fill();
    gate.resolve();
    expect(await failed.promise).toBeInstanceOf(StoreFullError);
    expect((await job.peek())?.state).toBe("running");
    disk.empty();
    expect(await job.result({ timeout: "10s" })).toBe("y".repeat(500_000));
    expect(await job.peek()).toMatchObject({ attempt: 1 });
  });

  test("a store with no room even for the first entry of its wake file does without it", async () => {
    using disk = new SmallDisk(4);
    await using app = appOn(join(disk.path, "jobs.db"));
    const client = app.client();
    const job = await client.send(note, text);
    disk.fill();
    const worker = app.worker({ tasks: [note] });
    await worker.start();
    const waiting = job.wait({ timeout: "20s" });
    await expect(client.send(note, text.repeat(100))).rejects.toBeInstanceOf(StoreFullError);
    disk.empty();
    expect(await waiting).toMatchObject({ state: "succeeded" });
  });
});
