import { describe, expect, test } from "vitest";
import { PLACES } from "../processes/places.ts";
import { Scene } from "./scene.ts";

const LEASE_MS = 1_000;
const FOREVER_MS = -1;

/** Starts of a job, as the tasks wrote them. */
function starts(scene: Scene, id: string): { pid: number; at: number; crashes: number }[] {
  return scene
    .ledger("runs")
    .filter((entry) => entry.id === id && entry.what === "start")
    .map(({ pid = 0, at = 0, crashes = 0 }) => ({ pid, at, crashes }));
}

describe.for(PLACES)("$name", (place) => {
  test("case 1: a job whose worker is killed with -9 runs again within the lease and a second, recorded once", async () => {
    await using scene = await Scene.make(place);
    const client = scene.app.client();
    const first = await scene.worker({ lease: LEASE_MS });
    const job = await client.send("orphan");
    await first.said(new RegExp(`^started ${job.id}`));
    await scene.until("the job's start is in the ledger", () => starts(scene, job.id).length === 1);
    const second = await scene.worker({ lease: LEASE_MS });
    await first.kill();
    const killedAt = Date.now();
    expect(await job.result({ timeout: "10s" })).toBe(second.pid);
    const again = starts(scene, job.id)[1];
    expect(again).toMatchObject({ pid: second.pid, crashes: 1 });
    expect(again!.at - killedAt).toBeLessThan(LEASE_MS + 1_000);
    const record = await job.peek();
    expect(record).toMatchObject({ state: "succeeded", attempt: 1, crashes: 1, result: second.pid });
    expect(record?.attempts).toHaveLength(1);
  });

  test("case 2: what is scheduled or to be retried when everything stops runs afterwards, none early", async () => {
    await using scene = await Scene.make(place);
    const client = scene.app.client();
    const first = await scene.worker({ lease: LEASE_MS });
    const fickle = await client.send("fickle");
    await first.said(/^retrying/);
    const later = await Promise.all(
      [1_200, 2_000, 2_600].map(async (runAfter) => {
        const sentAt = Date.now();
        const job = await client.with({ runAfter }).send("steady", 1);
        return { job, dueAt: sentAt + runAfter };
      }),
    );
    await first.kill();
    const due = (await fickle.peek())?.runAt;
    await scene.worker({ lease: LEASE_MS });
    for (const { job, dueAt } of later) {
      await job.result({ timeout: "10s" });
      expect(starts(scene, job.id)).toHaveLength(1);
      expect(starts(scene, job.id)[0]!.at).toBeGreaterThanOrEqual(dueAt);
    }
    await fickle.result({ timeout: "10s" });
    expect(due).toBeTypeOf("number");
    expect(starts(scene, fickle.id)[1]!.at).toBeGreaterThanOrEqual(due!);
    expect(await fickle.peek()).toMatchObject({ state: "succeeded", attempt: 2, crashes: 0 });
  });

  test("fault 3: of a producer killed in a bulk send, each call is there whole or not at all, and may be sent again", async () => {
    await using scene = await Scene.make(place);
    const producer = scene.run("bulk-producer");
    await producer.said(/^ready/);
    await scene.until("some rounds were accepted", () => scene.ledger("accepted").length >= 3);
    await producer.kill();
    const accepted = scene.ledger("accepted").length;
    const client = scene.app.client();
    const counted = async (): Promise<number> => {
      const [queue] = await client.queues();
      return queue?.counts.queued ?? 0;
    };
    const there = await counted();
    // The one under way may have made it without its producer knowing.
    expect([accepted, accepted + 1].map((rounds) => rounds * 1_000)).toContain(there);
    for (const id of ["bulk-0-0", "bulk-0-999", `bulk-${accepted - 1}-500`]) {
      expect((await client.with({ id }).send("steady", 0)).id).toBe(id);
    }
    expect(await counted()).toBe(there);
  });

  test("fault 17: a job that blocks its event loop for three leases is neither lost nor run twice", async () => {
    await using scene = await Scene.make(place);
    const first = await scene.worker({ lease: LEASE_MS, concurrency: 1 });
    const job = await scene.app.client().send("deaf", 3 * LEASE_MS);
    await scene.until("the job is started", () => starts(scene, job.id).length === 1);
    await scene.worker({ lease: LEASE_MS, concurrency: 1 });
    expect(await job.result({ timeout: "15s" })).toBe(first.pid);
    expect(starts(scene, job.id)).toHaveLength(1);
    expect(await job.peek()).toMatchObject({ attempt: 1, crashes: 0 });
  });

  test("fault 17: blocked beyond the stated limit, it is taken for hung, and its late outcome is refused", async () => {
    await using scene = await Scene.make(place);
    const wish = { lease: LEASE_MS, concurrency: 1, blockedLimit: "1500ms" };
    const first = await scene.worker(wish);
    const job = await scene.app.client().send("deaf", 4_500);
    await scene.until("the job is started", () => starts(scene, job.id).length === 1);
    const second = await scene.worker(wish);
    expect(await job.result({ timeout: "10s" })).toBe(second.pid);
    const recorded = await job.peek();
    expect(starts(scene, job.id)[1]).toMatchObject({ pid: second.pid, crashes: 1 });
    await scene.until("the first was told", () =>
      scene.ledger("runs").some(({ id, what, pid }) => id === job.id && what === "stalled" && pid === first.pid),
    );
    expect(await job.peek()).toEqual(recorded);
  });

  test("fault 18: a worker that was stopped for three leases is not heard; the other's result stands", async () => {
    await using scene = await Scene.make(place);
    const first = await scene.worker({ lease: LEASE_MS });
    const job = await scene.app.client().send("frozen");
    await scene.until("the job is started", () => starts(scene, job.id).length === 1);
    first.signal("SIGSTOP");
    const second = await scene.worker({ lease: LEASE_MS });
    expect(await job.result({ timeout: "10s" })).toBe(second.pid);
    const recorded = await job.peek();
    first.signal("SIGCONT");
    await scene.until("the first was told", () =>
      scene.ledger("runs").some(({ id, what, pid }) => id === job.id && what === "stalled" && pid === first.pid),
    );
    expect(await job.peek()).toEqual(recorded);
    expect(recorded).toMatchObject({ state: "succeeded", attempt: 1, crashes: 1, result: second.pid });
  });

  test("fault 23: a job that kills its worker three times is a dead letter; a neighbour that shared one crash is not", async () => {
    await using scene = await Scene.make(place);
    const client = scene.app.client();
    const neighbour = await client.send("orphan");
    const job = await client.send("poison");
    for (let workers = 1; workers <= 3; workers += 1) {
      const worker = await scene.worker({ lease: 400 });
      expect((await worker.ended()).signal).toBe("SIGABRT");
      expect(starts(scene, job.id)).toHaveLength(workers);
    }
    const last = await scene.worker({ lease: 400 });
    expect(await job.wait({ timeout: "10s" })).toMatchObject({ state: "failed", attempt: 0, crashes: 3 });
    expect(last.hasEnded).toBe(false);
    expect(starts(scene, job.id)).toHaveLength(3);
    expect((await client.dead.list()).jobs.map(({ id }) => id)).toEqual([job.id]);
    expect(await neighbour.wait({ timeout: "10s" })).toMatchObject({ state: "succeeded", attempt: 1 });
  });

  test("fault 23: a neighbour that shared every crash is not a dead letter", async () => {
    await using scene = await Scene.make(place);
    const client = scene.app.client();
    const neighbour = await client.send("steady", 300);
    const job = await client.send("poison");
    for (let workers = 1; workers <= 3; workers += 1) await (await scene.worker({ lease: 400 })).ended();
    await scene.worker({ lease: 400 });
    await job.wait({ timeout: "10s" });
    expect(await neighbour.wait({ timeout: "10s" })).toMatchObject({ state: "succeeded", attempt: 1 });
  });

  test("fault 25: SIGTERM lets running jobs finish within the grace time, and gives the rest back uncharged", async () => {
    await using scene = await Scene.make(place);
    const client = scene.app.client();
    const first = await scene.worker({ lease: 10_000, grace: 800, concurrency: 2 });
    const [short, long] = [await client.send("steady", 300), await client.send("steady", FOREVER_MS)];
    await scene.until("both are started", () => starts(scene, short.id).length + starts(scene, long.id).length === 2);
    const second = await scene.worker({ lease: 10_000, grace: 0, concurrency: 2 });
    first.signal("SIGTERM");
    expect(await short.result({ timeout: "5s" })).toBe(first.pid);
    expect(await first.ended()).toEqual({ code: 0, signal: null });
    const endedAt = Date.now();
    await scene.until("the other has the long job", () => starts(scene, long.id).length === 2);
    expect(starts(scene, long.id)[1]!.at - endedAt).toBeLessThan(1_000);
    expect(await long.peek()).toMatchObject({ state: "running", attempt: 1, crashes: 0 });
    second.signal("SIGTERM");
    expect(await second.ended()).toEqual({ code: 0, signal: null });
    expect(await long.peek()).toMatchObject({ state: "queued", attempt: 0, crashes: 0 });
  });
});
