import { describe, expect, test } from "vitest";
import type {
  Backend,
  Broker,
  ExchangeReply,
  ExchangeRequest,
  Lease,
  LeaseRef,
  NewJob,
  Settlement,
  Store,
} from "../contracts/index.ts";
import { memory } from "../drivers/memory/index.ts";
import { ClosedError, StoreUnavailableError } from "../errors/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { pair } from "./index.ts";

const FOREVER = { recordMs: null, resultMs: null };
const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A store whose calls are noted, and one of which can be made to fail before or after it is done. */
function recorded(
  store: Store,
  name: string,
  log: string[],
): { face: Store; fail: (call: string, when: "before" | "after") => void } {
  let failing: { call: string; when: "before" | "after" } | undefined;
  const face = new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function") return value;
      const method = String(property);
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const call = `${name}.${method}${method === "exchange" ? partsOf(args[0]) : ""}`;
        log.push(call);
        const failure = failing?.call === call ? failing.when : undefined;
        if (failure !== undefined) failing = undefined;
        if (failure === "before") throw new StoreUnavailableError(`${call} failed.`);
        const result: unknown = await Reflect.apply(value, target, args);
        if (failure === "after") throw new StoreUnavailableError(`The answer of ${call} was lost.`);
        return result;
      };
    },
  });
  return {
    face,
    fail: (call, when) => {
      failing = { call: `${name}.${call}`, when };
    },
  };
}

/** `(settle,extend,reserve)`, whichever of them an exchange holds. */
function partsOf(request: unknown): string {
  const parts = Object.keys(Object(request)).filter((key) => key === "settle" || key === "extend" || key === "reserve");
  return `(${parts.toSorted((a, b) => b.localeCompare(a)).join(",")})`;
}

interface Rig {
  readonly store: Store;
  readonly broker: Store;
  readonly backend: Store;
  readonly clock: FakeClock;
  readonly log: string[];
  readonly failBroker: (call: string, when: "before" | "after") => void;
  readonly failBackend: (call: string, when: "before" | "after") => void;
}

async function rig(): Promise<Rig> {
  const clock = new FakeClock();
  const log: string[] = [];
  const options = { location: "", namespace: "test", parameters: {}, durability: "full", logger, clock } as const;
  const [broker, backend] = [memory.store?.(options), memory.store?.(options)];
  if (broker === undefined || backend === undefined) throw new Error("The memory driver offers no store.");
  const [carrier, keeper] = [recorded(broker, "broker", log), recorded(backend, "backend", log)];
  const store = pair(carrier.face, keeper.face);
  await store.open();
  log.length = 0;
  return { store, broker, backend, clock, log, failBroker: carrier.fail, failBackend: keeper.fail };
}

function job(id: string, more: Partial<NewJob> = {}): NewJob {
  return { id, task: "add", queue: "default", priority: 0, body: "{}", ...more };
}

const RESERVE: ExchangeRequest = {
  worker: "w1",
  leaseMs: 1_000,
  reserve: { queues: [{ name: "default", limit: 10 }], tasks: ["add"], leaseMs: 1_000, parkMs: 60_000 },
};

function settling(lease: Lease, to: Settlement["to"], more: Partial<Settlement> = {}): ExchangeRequest {
  return {
    worker: "w1",
    leaseMs: 1_000,
    settle: [{ id: lease.id, lease: lease.lease, to, charged: true, keep: FOREVER, ...more }],
  };
}

async function started(at: Rig, id = "a"): Promise<Lease> {
  await at.store.enqueue([job(id)]);
  const [lease] = (await at.store.exchange(RESERVE)).leases;
  if (lease === undefined) throw new Error("Nothing was reserved.");
  at.log.length = 0;
  return lease;
}

/** Fails once and is repeated as it was, as callers do. */
async function repeated(at: Rig, request: ExchangeRequest): Promise<ExchangeReply> {
  await expect(at.store.exchange(request)).rejects.toBeInstanceOf(StoreUnavailableError);
  return at.store.exchange(request);
}

async function brokerHolds(at: Rig): Promise<number> {
  const counts = (await at.broker.inspection?.counts()) ?? [];
  return counts.reduce((sum, { count }) => sum + count, 0);
}

describe("order of steps", () => {
  test("a send is enqueued, then recorded", async () => {
    const at = await rig();
    expect(await at.store.enqueue([job("a"), job("a")])).toEqual(["accepted", "exists"]);
    expect(at.log).toEqual(["broker.enqueue", "backend.insert"]);
    expect(await at.store.enqueue([job("a")])).toEqual(["exists"]);
  });

  test("a reservation begins in the record", async () => {
    const at = await rig();
    await at.store.enqueue([job("a")]);
    at.log.length = 0;
    const { leases } = await at.store.exchange(RESERVE);
    expect(leases).toMatchObject([{ id: "a", lease: 1, attempt: 1 }]);
    expect(at.log).toEqual(["broker.exchange(reserve)", "backend.save"]);
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "running", lease: 1, attempt: 0, worker: "w1" });
  });

  test("a broker hands nothing over, as it would begin without its record", async () => {
    const at = await rig();
    const asked: unknown[] = [];
    at.broker.exchange = async ({ reserve }) => {
      asked.push(reserve?.handOver);
      return { settled: [], extended: [], leases: [], parked: [] };
    };
    at.broker.wait = async ({ handOver }) => {
      asked.push(handOver);
      return [{ id: "a", lease: 1 } as Lease];
    };
    const { worker, leaseMs, reserve } = RESERVE;
    await at.store.exchange({ worker, leaseMs, reserve: { ...reserve!, handOver: true } });
    const request = { queues: ["default"], tasks: ["add"], maxMs: 1, signal: new AbortController().signal };
    expect(await at.store.wait({ ...request, handOver: { worker, leaseMs } })).toBeUndefined();
    expect(asked).toEqual([false, undefined]);
  });

  test("a settlement sends follow-ups, records, and only then acknowledges", async () => {
    const at = await rig();
    const lease = await started(at);
    const reply = await at.store.exchange(settling(lease, "succeeded", { result: "3", follow: [job("a:end")] }));
    expect(reply.settled).toEqual(["applied"]);
    expect(at.log).toEqual([
      "backend.load",
      "broker.enqueue",
      "backend.insert",
      "backend.save",
      "broker.exchange(settle)",
    ]);
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "succeeded", result: "3", attempt: 1 });
    expect(await at.broker.load(["a"])).toEqual([undefined]);
    expect(await at.broker.load(["a:end"])).toMatchObject([{ state: "queued" }]);
  });

  test("settlements and a reservation are one conversation with the broker", async () => {
    const at = await rig();
    const lease = await started(at);
    await at.store.exchange({ ...settling(lease, "succeeded"), ...RESERVE });
    expect(at.log).toEqual(["backend.save", "broker.exchange(settle,reserve)"]);
  });

  test("a failed job leaves no dead letter at the broker", async () => {
    const at = await rig();
    await at.store.exchange(settling(await started(at), "failed", { error: "{}" }));
    expect(await at.broker.load(["a"])).toEqual([undefined]);
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "failed", error: "{}" });
  });

  test("a retry waits at the broker and in the record, with its trail", async () => {
    const at = await rig();
    const lease = await started(at);
    await at.store.exchange(settling(lease, "retrying", { delayMs: 100, error: "{}", trail: "once" }));
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "retrying", attempt: 1, trail: "once" });
    await at.clock.advance(100);
    expect((await at.store.exchange(RESERVE)).leases).toMatchObject([{ lease: 2, attempt: 2, trail: "once" }]);
  });
});

describe("what the record refuses", () => {
  test("a job that was cancelled while it waited is dropped from the broker", async () => {
    const at = await rig();
    await at.store.enqueue([job("a"), job("b")]);
    expect(await at.store.requestCancel(["a"], FOREVER)).toEqual(["cancelled"]);
    expect((await at.store.exchange(RESERVE)).leases.map(({ id }) => id)).toEqual(["b"]);
    expect(await at.broker.load(["a"])).toEqual([undefined]);
  });

  test("a duplicate of a finished job is dropped", async () => {
    const at = await rig();
    await at.store.exchange(settling(await started(at), "succeeded", { result: "1" }));
    expect(await at.store.enqueue([job("a")])).toEqual(["exists"]);
    expect((await at.store.exchange(RESERVE)).leases).toEqual([]);
    expect(await brokerHolds(at)).toBe(0);
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "succeeded", result: "1" });
  });

  test("a job that was cancelled long before its time is not run when it comes", async () => {
    const at = await rig();
    const dayMs = 86_400_000;
    await at.store.enqueue([job("a", { delayMs: 7 * dayMs }), job("b", { delayMs: 7 * dayMs })]);
    const keep = { recordMs: dayMs, resultMs: dayMs };
    expect(await at.store.requestCancel(["nobody", "a"], keep)).toEqual([undefined, "cancelled"]);
    expect(await at.store.requestCancel(["b"], { recordMs: 0, resultMs: 0 })).toEqual(["cancelled"]);
    await at.clock.advance(7 * dayMs);
    await at.store.purge(10);
    expect((await at.store.exchange(RESERVE)).leases).toEqual([]);
    expect(await brokerHolds(at)).toBe(0);
    await at.clock.advance(dayMs);
    await at.store.purge(10);
    expect(await at.store.load(["a", "b"])).toEqual([undefined, undefined]);
  });

  test("a job whose worker died after a cancellation comes back with the verdict", async () => {
    const at = await rig();
    await started(at);
    expect(await at.store.requestCancel(["a"], FOREVER)).toEqual(["running"]);
    await at.clock.advance(1_000);
    const [lease] = (await at.store.exchange(RESERVE)).leases;
    expect(lease).toMatchObject({ id: "a", verdict: "cancelled" });
    if (lease === undefined) return;
    expect((await at.store.exchange(settling(lease, "succeeded"))).settled).toEqual(["cancelled"]);
    expect((await at.store.exchange(settling(lease, "cancelled"))).settled).toEqual(["applied"]);
    expect((await at.store.load(["a"]))[0]?.state).toBe("cancelled");
    expect(await brokerHolds(at)).toBe(0);
  });

  test("a broker that lost its data and counts anew loses no job: its token rises until it may run", async () => {
    const at = await rig();
    await at.backend.save([
      { id: "a", lease: 2, job: job("a"), state: "retrying", attempt: 2, crashes: 0, worker: "gone", delayMs: 1 },
    ]);
    await at.store.enqueue([job("a")]);
    expect((await at.store.exchange(RESERVE)).leases).toEqual([]);
    expect((await at.store.exchange(RESERVE)).leases).toMatchObject([{ id: "a", lease: 2 }]);
  });

  test("a stale worker's outcome and follow-ups are refused", async () => {
    const at = await rig();
    const old = await started(at);
    await at.clock.advance(1_000);
    await at.store.exchange({ ...RESERVE, worker: "w2" });
    const reply = await at.store.exchange(settling(old, "succeeded", { result: "old", follow: [job("child")] }));
    expect(reply.settled).toEqual(["stale"]);
    expect(await at.store.load(["child"])).toEqual([undefined]);
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "running", worker: "w2" });
  });

  test("a job that expired by the backend's clock alone comes with the verdict", async () => {
    const at = await rig();
    await at.broker.enqueue([job("a")]);
    await at.backend.insert([job("a", { expireAfterMs: 10 })]);
    await at.clock.advance(10);
    const [lease] = (await at.store.exchange(RESERVE)).leases;
    expect(lease?.verdict).toBe("expired");
    if (lease === undefined) return;
    expect((await at.store.exchange(settling(lease, "expired"))).settled).toEqual(["applied"]);
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "expired", finishedAt: at.clock.now() });
  });
});

describe("extending", () => {
  const extending = (lease: Lease, notes?: string): ExchangeRequest => ({
    worker: "w1",
    leaseMs: 1_000,
    extend: [{ id: lease.id, lease: lease.lease, ...(notes !== undefined && { notes }) }],
  });

  test("cancellation is learnt from the backend, with notes or without", async () => {
    const at = await rig();
    const lease = await started(at);
    expect((await at.store.exchange(extending(lease))).extended).toEqual(["kept"]);
    expect(at.log).toEqual(["backend.load", "broker.exchange(extend)"]);
    expect((await at.store.exchange(extending(lease, "half"))).extended).toEqual(["kept"]);
    expect((await at.store.load(["a"]))[0]?.notes).toBe("half");
    await at.store.requestCancel(["a"], FOREVER);
    expect((await at.store.exchange(extending(lease))).extended).toEqual(["cancel"]);
    expect((await at.store.exchange(extending(lease, "more"))).extended).toEqual(["cancel"]);
  });

  test("a lease that lapsed at the broker is lost", async () => {
    const at = await rig();
    const lease = await started(at);
    await at.clock.advance(1_000);
    await at.store.exchange({ ...RESERVE, worker: "w2" });
    expect((await at.store.exchange(extending(lease))).extended).toEqual(["lost"]);
  });

  test("notes of a lease that is settled in the same exchange do not undo the settlement", async () => {
    const at = await rig();
    const lease = await started(at);
    await at.store.exchange({ ...settling(lease, "retrying", { delayMs: 500 }), ...extending(lease, "late") });
    expect((await at.store.load(["a"]))[0]?.state).toBe("retrying");
  });
});

describe("a failure half-way, and the repetition", () => {
  test.each(["broker.enqueue before", "broker.enqueue after", "backend.insert before", "backend.insert after"])(
    "of a send: %s",
    async (step) => {
      const at = await rig();
      failAt(at, step);
      await expect(at.store.enqueue([job("a")])).rejects.toBeInstanceOf(StoreUnavailableError);
      await at.store.enqueue([job("a")]);
      expect((await at.store.load(["a"]))[0]?.state).toBe("queued");
      expect((await at.store.exchange(RESERVE)).leases.map(({ id }) => id)).toEqual(["a"]);
    },
  );

  const steps = [
    "backend.load before",
    "broker.enqueue before",
    "broker.enqueue after",
    "backend.insert before",
    "backend.insert after",
    "backend.save before",
    "backend.save after",
    "broker.exchange(settle) before",
    "broker.exchange(settle) after",
  ];

  test.each(steps)("of a success with a follow-up: %s", async (step) => {
    const at = await rig();
    const request = settling(await started(at), "succeeded", { result: "3", follow: [job("a:end")] });
    failAt(at, step);
    expect((await repeated(at, request)).settled).toEqual(["applied"]);
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "succeeded", result: "3", attempt: 1 });
    expect((await at.store.exchange(RESERVE)).leases.map(({ id }) => id)).toEqual(["a:end"]);
    expect(await at.broker.load(["a"])).toEqual([undefined]);
  });

  test.each(["backend.save before", "backend.save after", "broker.exchange(settle) before"])(
    "of a retry: %s",
    async (step) => {
      const at = await rig();
      const request = settling(await started(at), "retrying", { delayMs: 50, error: "{}" });
      failAt(at, step);
      expect((await repeated(at, request)).settled).toEqual(["applied"]);
      expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "retrying", attempt: 1 });
      await at.clock.advance(50);
      expect((await at.store.exchange(RESERVE)).leases).toMatchObject([{ id: "a", lease: 2, attempt: 2 }]);
    },
  );

  test("a follow-up that was sent and has finished is not sent again", async () => {
    const at = await rig();
    const request = settling(await started(at), "succeeded", { follow: [job("child")] });
    at.failBroker("exchange(settle)", "before");
    await expect(at.store.exchange(request)).rejects.toBeInstanceOf(StoreUnavailableError);
    const [child] = (await at.store.exchange(RESERVE)).leases;
    if (child === undefined) throw new Error("The follow-up was not reserved.");
    await at.store.exchange(settling(child, "succeeded", { keep: { recordMs: 0, resultMs: 0 } }));
    expect((await at.store.exchange(request)).settled).toEqual(["applied"]);
    expect((await at.store.exchange(RESERVE)).leases).toEqual([]);
  });

  test.each(["before", "after"] as const)("of what begins: nothing is stuck, nothing is charged (%s)", async (when) => {
    const at = await rig();
    await at.store.enqueue([job("a"), job("b")]);
    at.failBackend("save", when);
    await expect(at.store.exchange(RESERVE)).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(at.log.slice(-3)).toEqual(["broker.exchange(reserve)", "backend.save", "broker.exchange(settle)"]);
    expect((await at.store.exchange(RESERVE)).leases).toMatchObject([
      { id: "a", attempt: 1, crashes: 0 },
      { id: "b", attempt: 1, crashes: 0 },
    ]);
  });

  describe("with a broker that keeps leases itself", () => {
    /** What it was told to keep no longer. */
    function abandoned(at: Rig): string[] {
      const ids: string[] = [];
      const abandon = (leases: readonly LeaseRef[]): void => void ids.push(...leases.map(({ id }) => id));
      Object.assign(at.broker, { leaseKeeping: { onSignal: () => () => {}, abandon } });
      return ids;
    }

    test("what did not begin and could not be given back is kept no longer", async () => {
      const at = await rig();
      const ids = abandoned(at);
      await at.store.enqueue([job("a"), job("b")]);
      at.failBackend("save", "before");
      at.failBroker("exchange(settle)", "before");
      await expect(at.store.exchange(RESERVE)).rejects.toBeInstanceOf(StoreUnavailableError);
      expect(ids).toEqual(["a", "b"]);
    });

    test("what the record says is over is kept no longer, once its holder is told", async () => {
      const at = await rig();
      const ids = abandoned(at);
      const [one, two] = [await started(at, "one"), await started(at, "two")];
      const kept = await started(at, "kept");
      for (const { id } of [one, two]) {
        const update = { id, lease: 9, job: job(id), state: "succeeded", attempt: 1, crashes: 1 } as const;
        await at.backend.save([{ ...update, worker: "w2", keep: FOREVER }]);
      }
      const extend = [two, kept].map(({ id, lease }) => ({ id, lease }));
      const reply = await at.store.exchange({ ...settling(one, "retrying"), extend });
      expect(reply).toMatchObject({ settled: ["stale"], extended: ["lost", "kept"] });
      expect(ids).toEqual(["one", "two"]);
    });
  });

  test("settlements of an exchange whose reservation failed are applied once, and reported so", async () => {
    const at = await rig();
    const lease = await started(at);
    await at.store.enqueue([job("b")]);
    const request = { ...RESERVE, ...settling(lease, "retrying", { delayMs: 60_000 }) };
    let saves = 0;
    const save = at.backend.save.bind(at.backend);
    at.backend.save = (updates) => {
      saves += 1;
      return saves === 2 ? Promise.reject(new StoreUnavailableError("Gone.")) : save(updates);
    };
    const reply = await repeated(at, request);
    expect(reply.settled).toEqual(["applied"]);
    expect(reply.leases.map(({ id }) => id)).toEqual(["b"]);
    expect(saves).toBe(3);
    expect((await at.store.exchange(settling(lease, "succeeded"))).settled).toEqual(["stale"]);
  });

  test("a lease is settled once: a second settlement is stale, its follow-ups are not sent", async () => {
    const at = await rig();
    const lease = await started(at);
    expect((await at.store.exchange(settling(lease, "succeeded"))).settled).toEqual(["applied"]);
    const again = settling(lease, "succeeded", { follow: [job("child")] });
    expect((await at.store.exchange(again)).settled).toEqual(["stale"]);
    expect(await at.store.load(["child"])).toEqual([undefined]);
  });

  test("of settlements of one lease at the same time, one is applied", async () => {
    const at = await rig();
    const lease = await started(at);
    const replies = await Promise.all([
      at.store.exchange(settling(lease, "retrying", { delayMs: 50 })),
      at.store.exchange(settling(lease, "succeeded")),
    ]);
    expect(replies.map(({ settled }) => settled[0])).toEqual(["applied", "stale"]);
  });

  test("if the first of them fails, the second is not held up", async () => {
    const at = await rig();
    const lease = await started(at);
    at.failBackend("save", "before");
    const replies = await Promise.allSettled([
      at.store.exchange(settling(lease, "succeeded")),
      at.store.exchange(settling(lease, "succeeded")),
    ]);
    expect(replies).toMatchObject([{ status: "rejected" }, { status: "fulfilled", value: { settled: ["applied"] } }]);
  });

  test("another's final state is not taken for one's own", async () => {
    const at = await rig();
    const lease = await started(at);
    await at.backend.save([
      { id: "a", lease: 1, job: job("a"), state: "failed", attempt: 1, crashes: 0, worker: "w2", error: "{}" },
    ]);
    expect((await at.store.exchange(settling(lease, "succeeded"))).settled).toEqual(["stale"]);
    expect(await brokerHolds(at)).toBe(0);
  });

  test("a pair that did not give the lease settles it by the record", async () => {
    const at = await rig();
    const lease = await started(at);
    const other = pair(at.broker, at.backend);
    expect((await other.exchange(settling(lease, "succeeded", { result: "3" }))).settled).toEqual(["applied"]);
    expect((await at.store.load(["a"]))[0]).toMatchObject({ state: "succeeded", attempt: 1 });
  });
});

describe("replay", () => {
  test("a dead letter runs again with a token above the old one", async () => {
    const at = await rig();
    await at.store.exchange(settling(await started(at), "failed", { error: "{}", trail: "past" }));
    expect(await at.store.inspection?.replay(["a", "nobody"])).toMatchObject([{ id: "a", state: "queued" }, undefined]);
    expect((await at.store.exchange(RESERVE)).leases).toMatchObject([{ id: "a", lease: 2, attempt: 1, trail: "past" }]);
    expect(await at.store.inspection?.replay(["a"])).toEqual([undefined]);
  });

  test("one that broke off between the two systems is completed by its repetition", async () => {
    const at = await rig();
    await at.store.exchange(settling(await started(at), "failed", { error: "{}" }));
    at.failBroker("enqueue", "before");
    await expect(at.store.inspection?.replay(["a"])).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(await at.store.inspection?.replay(["a"])).toMatchObject([{ id: "a", state: "queued" }]);
    expect(await at.store.inspection?.replay(["a"])).toEqual([undefined]);
    expect((await at.store.exchange(RESERVE)).leases).toMatchObject([{ id: "a", lease: 2 }]);
  });
});

describe("opening and closing", () => {
  test("a backend that does not open leaves no broker open", async () => {
    const at = await rig();
    const calls: string[] = [];
    const broker: Broker = recorded(at.broker, "broker", calls).face;
    const backend: Backend = recorded(at.backend, "backend", calls).face;
    await at.backend.close();
    await expect(pair(broker, backend).open()).rejects.toThrow("closed");
    expect(calls).toEqual(["broker.open", "backend.open", "broker.close"]);
  });

  test("close lets a send and an exchange that are under way take their last step", async () => {
    const at = await rig();
    const lease = await started(at);
    const sent = at.store.enqueue([job("b")]);
    const settled = at.store.exchange(settling(lease, "succeeded"));
    await at.store.close();
    expect(await sent).toEqual(["accepted"]);
    expect((await settled).settled).toEqual(["applied"]);
    await expect(at.store.enqueue([job("c")])).rejects.toBeInstanceOf(ClosedError);
  });

  test("inspection is there if the backend has it", async () => {
    const at = await rig();
    expect(at.store.inspection).toBeDefined();
    const { inspection: _, ...rest } = at.backend;
    const bare: Backend = Object.assign(Object.create(at.backend), rest, { inspection: undefined });
    expect(pair(at.broker, bare).inspection).toBeUndefined();
  });
});

function failAt(at: Rig, step: string): void {
  const [call = "", when] = step.split(" ");
  const [who, method = ""] = call.split(/\.(.*)/s);
  (who === "broker" ? at.failBroker : at.failBackend)(method, when === "after" ? "after" : "before");
}
