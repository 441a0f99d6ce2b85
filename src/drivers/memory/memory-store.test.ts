import { afterEach, describe, expect, test } from "vitest";
import type {
  ExchangeReply,
  Lease,
  NewJob,
  Reservation,
  Settlement,
  Store,
  WatchedJob,
} from "../../contracts/index.ts";
import { ClosedError, ConfigurationError } from "../../errors/index.ts";
import { FakeClock } from "../../testing/fake-clock.ts";
import { memory } from "./index.ts";

const FOREVER = { recordMs: null, resultMs: null };
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const opened: Store[] = [];

async function open(clock: FakeClock, location = "", namespace = "test"): Promise<Store> {
  const store = memory.store?.({ location, namespace, parameters: {}, durability: "full", logger, clock });
  if (store === undefined) throw new Error("The memory driver offers no store.");
  await store.open();
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

function job(id: string, more: Partial<NewJob> = {}): NewJob {
  return { id, task: "add", queue: "default", priority: 0, body: `body of ${id}`, ...more };
}

function reserve(store: Store, more: Partial<Reservation> = {}): Promise<ExchangeReply> {
  const queues = [{ name: "default", limit: 100 }];
  return store.exchange({
    worker: "w1",
    leaseMs: 1_000,
    reserve: { queues, tasks: ["add"], leaseMs: 1_000, parkMs: 60_000, ...more },
  });
}

async function first(store: Store): Promise<Lease> {
  const { leases } = await reserve(store);
  const [lease] = leases;
  if (lease === undefined) throw new Error("Nothing was reserved.");
  return lease;
}

async function settle(
  store: Store,
  lease: Lease,
  to: Settlement["to"],
  more: Partial<Settlement> = {},
): Promise<string> {
  const settlement = { id: lease.id, lease: lease.lease, to, charged: true, keep: FOREVER, ...more };
  const { settled } = await store.exchange({ worker: "w1", leaseMs: 1_000, settle: [settlement] });
  return settled[0] ?? "nothing";
}

async function state(store: Store, id: string): Promise<string | undefined> {
  return (await store.load([id]))[0]?.state;
}

/** Whether a wait has ended, to be read at any time. */
function waiting(store: Store, tasks: readonly string[] = ["add"], maxMs = 1_000_000): { over: boolean } {
  const seen = { over: false };
  const { signal } = new AbortController();
  void store.wait({ queues: ["default"], tasks, maxMs, signal }).then(() => (seen.over = true));
  return seen;
}

describe("locations", () => {
  test("a location without a name is private", async () => {
    const clock = new FakeClock();
    const [one, two] = [await open(clock), await open(clock)];
    await one.enqueue([job("a")]);
    expect(await two.load(["a"])).toEqual([undefined]);
  });

  test("a name is shared within a namespace, and no further", async () => {
    const clock = new FakeClock();
    const one = await open(clock, "shop");
    const two = await open(clock, "shop");
    const other = await open(clock, "shop", "elsewhere");
    await one.enqueue([job("a")]);
    expect(await state(two, "a")).toBe("queued");
    expect(await state(other, "a")).toBeUndefined();
  });

  test("a shared location lives until its last holder closes, however often the others do", async () => {
    const clock = new FakeClock();
    const one = await open(clock, "shop");
    const two = await open(clock, "shop");
    await one.enqueue([job("a")]);
    await one.close();
    await one.close();
    expect(await state(two, "a")).toBe("queued");
    await two.close();
    const three = await open(clock, "shop");
    expect(await state(three, "a")).toBeUndefined();
  });

  test("a closed store refuses everything, and its waits are over", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    const wait = waiting(store);
    await store.close();
    await clock.advance(0);
    expect(wait.over).toBe(true);
    expect(clock.pending).toBe(0);
    const { inspection } = store;
    if (inspection === undefined) throw new Error("The memory store offers no inspection.");
    const refused = [
      store.open(),
      store.enqueue([]),
      reserve(store),
      store.wait({ queues: [], tasks: [], maxMs: 1, signal: new AbortController().signal }),
      store.insert([]),
      store.save([]),
      store.load([]),
      store.requestCancel([], FOREVER),
      store.purge(1),
      inspection.list({ limit: 1 }),
      inspection.counts(),
      inspection.replay([]),
      inspection.removeDead(undefined, 1),
    ];
    const outcomes = await Promise.allSettled(refused);
    expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason instanceof ClosedError)).toEqual(
      refused.map(() => true),
    );
    expect(() => store.watch(() => {})).toThrow(ClosedError);
  });
});

describe("time", () => {
  test("a wait ends at the moment a job is due, and not before", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("later", { delayMs: 500 })]);
    const wait = waiting(store);
    await clock.advance(499);
    expect(wait.over).toBe(false);
    expect(await state(store, "later")).toBe("scheduled");
    await clock.advance(1);
    expect(wait.over).toBe(true);
    expect(await state(store, "later")).toBe("queued");
  });

  test("a nearer deadline that comes later is not slept through", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("tomorrow", { delayMs: 86_400_000 })]);
    const wait = waiting(store, ["add"], 86_400_000 * 2);
    await store.enqueue([job("soon", { delayMs: 200 })]);
    await clock.advance(200);
    expect(wait.over).toBe(true);
  });

  test("a job due in more than 24 days sets no timer that overflows", async () => {
    const clock = new FakeClock();
    const delays: number[] = [];
    const setTimer = clock.setTimer.bind(clock);
    clock.setTimer = (delayMs, wake) => {
      delays.push(delayMs);
      return setTimer(delayMs, wake);
    };
    const store = await open(clock);
    await store.enqueue([job("far", { delayMs: 86_400_000 * 60 })]);
    waiting(store, ["add"], 1_000);
    expect(Math.max(...delays)).toBeLessThan(2 ** 31);
  });

  test("a wait ends when a lease lapses, and the lapse is counted as a crash, not as an attempt", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a")]);
    await first(store);
    const wait = waiting(store);
    await clock.advance(999);
    expect(wait.over).toBe(false);
    await clock.advance(1);
    expect(wait.over).toBe(true);
    expect(await first(store)).toMatchObject({ id: "a", lease: 2, attempt: 1, crashes: 1 });
  });

  test("leases are measured by the monotonic clock: a jump of the wall clock costs none", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a")]);
    const lease = await first(store);
    clock.set(clock.now() + 3_600_000);
    expect((await reserve(store)).leases).toEqual([]);
    expect(await settle(store, lease, "succeeded")).toBe("applied");
  });

  test("a lapse that is noticed late gives the holder a turn to extend", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a")]);
    const lease = await first(store);
    // Nobody was waiting, so no timer marked the moment: as if the event loop had been blocked.
    await clock.advance(5_000);
    const reservation = reserve(store);
    setTimeout(() => {
      void store.exchange({ worker: "w1", leaseMs: 1_000, extend: [{ id: "a", lease: lease.lease }] });
    }, 0);
    // The timer must be due for this to say anything.
    const start = performance.now();
    while (performance.now() - start < 5);
    expect((await reservation).leases).toEqual([]);
    expect(await settle(store, lease, "succeeded")).toBe("applied");
  });

  test("a holder that does not extend in that turn has lost its lease", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a")]);
    const lease = await first(store);
    await clock.advance(5_000);
    expect((await reserve(store)).leases).toMatchObject([{ id: "a", lease: 2, crashes: 1 }]);
    expect(await settle(store, lease, "succeeded")).toBe("stale");
  });

  test("a watcher learns of an expiry at its moment, though no worker is there", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    const told: WatchedJob[] = [];
    const watch = store.watch((jobs) => told.push(...jobs));
    await store.enqueue([job("a", { expireAfterMs: 300 }), job("b", { delayMs: 900, expireAfterMs: 600 })]);
    watch.add(["a", "b"]);
    await clock.advance(299);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told.map(({ id, job: seen }) => [id, seen?.state])).toEqual([["a", "expired"]]);
    await clock.advance(300);
    expect(told.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(clock.pending).toBe(0);
  });

  test("an expired job never reads as anything else until it is settled", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a", { expireAfterMs: 300 })]);
    await clock.advance(300);
    const lease = await first(store);
    expect(lease.verdict).toBe("expired");
    expect(await state(store, "a")).toBe("expired");
    await settle(store, lease, "queued", { charged: false });
    expect(await state(store, "a")).toBe("expired");
    expect(await store.requestCancel(["a"], FOREVER)).toEqual(["expired"]);
  });

  test("the value goes before the record, and both at their moment", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a")]);
    await settle(store, await first(store), "succeeded", { result: "3", keep: { recordMs: 200, resultMs: 100 } });
    await clock.advance(99);
    expect((await store.load(["a"]))[0]).toMatchObject({ result: "3" });
    await clock.advance(1);
    const [kept] = await store.load(["a"]);
    expect(kept?.resultGone).toBe(true);
    expect(kept).not.toHaveProperty("result");
    await clock.advance(100);
    expect(await store.load(["a"])).toEqual([undefined]);
    expect(await store.inspection?.counts()).toEqual([]);
    expect(await store.enqueue([job("a")])).toEqual(["accepted"]);
    expect(await store.purge(10)).toBe(0);
  });

  test("a purge deletes no more than it may, and counts what it deletes", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a"), job("b"), job("c")]);
    const { leases } = await reserve(store);
    for (const lease of leases) await settle(store, lease, "succeeded", { keep: { recordMs: 50, resultMs: 50 } });
    expect(await store.purge(10)).toBe(0);
    await clock.advance(50);
    expect([await store.purge(2), await store.purge(2), await store.purge(2)]).toEqual([2, 1, 0]);
  });
});

describe("parking", () => {
  test("jobs of an unknown task are parked once, block nobody, and run when a worker knows them", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("x", { task: "other" }), job("a")]);
    const reply = await reserve(store, { queues: [{ name: "default", limit: 1 }] });
    expect(reply.leases.map(({ id }) => id)).toEqual(["a"]);
    expect(reply.parked).toEqual([{ queue: "default", task: "other", count: 1 }]);
    expect((await reserve(store)).parked).toEqual([]);
    expect(await state(store, "x")).toBe("queued");
    expect(waiting(store)).toEqual({ over: false });
    const knowing = waiting(store, ["other"]);
    await clock.advance(0);
    expect(knowing.over).toBe(true);
    expect((await reserve(store, { tasks: ["other"] })).leases).toMatchObject([{ id: "x", lease: 1 }]);
  });

  test("a parked job is handed to anyone after parkMs, and a wait ends then", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("x", { task: "other" })]);
    await reserve(store);
    const wait = waiting(store);
    await clock.advance(59_999);
    expect(wait.over).toBe(false);
    await clock.advance(1);
    expect(wait.over).toBe(true);
    expect((await reserve(store)).leases).toMatchObject([{ id: "x", verdict: "unknown-task" }]);
  });

  test("unparking starts the time anew, and a worker that knows the task gets no verdict", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("x", { task: "other" }), job("y", { task: "other" })]);
    await reserve(store);
    await clock.advance(59_000);
    const known = await reserve(store, { tasks: ["other"], queues: [{ name: "default", limit: 1 }] });
    expect(known.leases.map(({ id, verdict }) => [id, verdict])).toEqual([["x", undefined]]);
    expect((await reserve(store)).parked).toEqual([{ queue: "default", task: "other", count: 1 }]);
    await clock.advance(59_000);
    expect((await reserve(store)).leases.map(({ id }) => id)).not.toContain("y");
  });

  test("a parked job can be cancelled", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("x", { task: "other" })]);
    await reserve(store);
    expect(await store.requestCancel(["x"], FOREVER)).toEqual(["cancelled"]);
    await clock.advance(60_000);
    expect((await reserve(store)).leases).toEqual([]);
  });
});

describe("order", () => {
  test("a job that comes back comes back to its place, within its priority", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a"), job("b"), job("high", { priority: 5 }), job("c")]);
    const { leases } = await reserve(store, { queues: [{ name: "default", limit: 2 }] });
    expect(leases.map(({ id }) => id)).toEqual(["high", "a"]);
    for (const lease of leases) await settle(store, lease, "queued", { charged: false });
    expect((await reserve(store)).leases.map(({ id }) => id)).toEqual(["high", "a", "b", "c"]);
  });
});

describe("inspection", () => {
  test("a cursor that no page gave is refused, and not taken for the end", async () => {
    const store = await open(new FakeClock());
    await store.enqueue([job("a")]);
    for (const cursor of ["x", "", "-1", "1e3"]) {
      await expect(store.inspection?.list({ limit: 2, cursor })).rejects.toBeInstanceOf(ConfigurationError);
    }
  });

  test("pages run newest first, and the last has no cursor", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue(["a", "b", "c", "d"].map((id) => job(id)));
    const one = await store.inspection?.list({ limit: 2 });
    expect(one?.jobs.map(({ id }) => id)).toEqual(["d", "c"]);
    await store.requestCancel(["c"], { recordMs: 0, resultMs: 0 });
    const two = await store.inspection?.list({ limit: 2, cursor: one?.cursor ?? "" });
    expect(two?.jobs.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(two).not.toHaveProperty("cursor");
  });

  test("counts follow the clock", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a"), job("b", { delayMs: 100 }), job("c", { expireAfterMs: 100 })]);
    await store.insert([job("elsewhere", { queue: "far", delayMs: 100 })]);
    await clock.advance(100);
    const counts = await store.inspection?.counts();
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(
      expect.arrayContaining([
        { queue: "default", state: "queued", count: 2 },
        { queue: "default", state: "expired", count: 1 },
        { queue: "far", state: "queued", count: 1 },
      ]),
    );
  });

  test("a replayed job waits at its old place with a token above the last", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.enqueue([job("a"), job("b")]);
    const [a] = (await reserve(store, { queues: [{ name: "default", limit: 1 }] })).leases;
    if (a === undefined) throw new Error("Nothing was reserved.");
    await settle(store, a, "failed", { error: "{}", trail: "t" });
    expect(await store.inspection?.replay(["a", "b", "nobody"])).toMatchObject([
      { id: "a", state: "queued", attempt: 0, lease: 1, trail: "t" },
      undefined,
      undefined,
    ]);
    expect((await reserve(store)).leases).toMatchObject([{ id: "a", lease: 2, attempt: 1 }, { id: "b" }]);
  });
});

describe("beside another broker", () => {
  test("an inserted job is remembered, and never reserved", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    expect(await store.insert([job("a"), job("a")])).toEqual(["inserted", "exists"]);
    expect((await reserve(store)).leases).toEqual([]);
    const update = { id: "a", job: job("a"), attempt: 0, crashes: 0, worker: "w9" };
    expect(await store.save([{ ...update, lease: 2, state: "running" }])).toEqual(["saved"]);
    expect(await store.save([{ ...update, lease: 1, state: "running" }])).toEqual(["stale"]);
    expect(await store.requestCancel(["a"], FOREVER)).toEqual(["running"]);
    expect(await store.save([{ ...update, lease: 2, state: "succeeded", keep: FOREVER }])).toEqual(["cancelled"]);
    expect(await store.save([{ ...update, lease: 2, state: "cancelled", keep: FOREVER }])).toEqual(["saved"]);
    expect(await store.save([{ ...update, lease: 3, state: "running" }])).toEqual(["final"]);
  });

  test("a record that reads as expired is not begun, but can be settled", async () => {
    const clock = new FakeClock();
    const store = await open(clock);
    await store.insert([job("a", { expireAfterMs: 10 })]);
    await clock.advance(10);
    const update = { id: "a", lease: 1, job: job("a"), attempt: 0, crashes: 0, worker: "w9" };
    expect(await store.save([{ ...update, state: "running" }])).toEqual(["final"]);
    expect(await store.save([{ ...update, state: "expired", keep: FOREVER }])).toEqual(["saved"]);
    expect((await store.load(["a"]))[0]).toMatchObject({ state: "expired", finishedAt: clock.now() });
  });
});
