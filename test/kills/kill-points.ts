import type { NewJob, RecordUpdate, Settlement, Store } from "../../src/contracts/index.ts";

/** Far longer than the test: what a killed process held stays as it was until the test lets time pass. */
export const LEASE_MS = 3_600_000;
export const TASK = "t";

const WORKER = { worker: "w", leaseMs: LEASE_MS };
const KEEP = { recordMs: null, resultMs: null };
/** Every lease here is the first of its job. */
const FIRST = 1;

/** When the process dies: see `deadly-store.ts`. With the thread, after so many milliseconds, to meet it at its work. */
export const MOMENTS = {
  "before the call": { when: "before", ms: 0 },
  "with the call at the store's thread": { when: "underWay", ms: 0 },
  "0.4 ms later": { when: "underWay", ms: 0.4 },
  "1.2 ms later": { when: "underWay", ms: 1.2 },
  "with the answer, before the caller hears": { when: "answered", ms: 0 },
} as const;

export type MomentName = keyof typeof MOMENTS;

/** One call of a store that writes, and what leads up to it. Its jobs are in a queue of their own, named `key`. */
interface Operation {
  readonly arrange: (store: Store, key: string) => Promise<unknown>;
  /** The same each time it is called. */
  readonly act: (store: Store, key: string) => Promise<unknown>;
}

function job(key: string, name: number | string, more: Partial<NewJob> = {}): NewJob {
  return { id: `${key}-${name}`, task: TASK, queue: key, priority: 0, body: '{"args":[1]}', ...more };
}

function jobs(key: string, count: number): NewJob[] {
  return Array.from({ length: count }, (_, at) => job(key, at));
}

function enqueue(count: number): Operation["act"] {
  return (store, key) => store.enqueue(jobs(key, count));
}

function reserve(store: Store, key: string): Promise<unknown> {
  const queues = [{ name: key, limit: 100 }];
  return store.exchange({ ...WORKER, reserve: { queues, tasks: [TASK], leaseMs: LEASE_MS, parkMs: LEASE_MS } });
}

/** Jobs that are leased. */
async function leased(store: Store, key: string): Promise<void> {
  await enqueue(3)(store, key);
  await reserve(store, key);
}

/** Settles two of the three. */
function settle(outcome: (key: string, at: number) => Omit<Settlement, "id" | "lease" | "charged">): Operation["act"] {
  return (store, key) => {
    const two = [0, 1].map((at) => ({ id: `${key}-${at}`, lease: FIRST, charged: true, ...outcome(key, at) }));
    return store.exchange({ ...WORKER, settle: two });
  };
}

const fail = settle((key, at) => ({
  to: "failed",
  error: '{"name":"Error","message":"x"}',
  trail: '{"attempts":[]}',
  keep: KEEP,
  follow: [job(key, `${at}:end`), job(key, `${at}:later`, { delayMs: LEASE_MS / 2 })],
}));

function ids(key: string): string[] {
  return [`${key}-0`, `${key}-1`];
}

function cancel(store: Store, key: string): Promise<unknown> {
  return store.requestCancel(ids(key), KEEP);
}

/** What another system's worker says of a job that this one only remembers. */
function update(key: string, at: number): RecordUpdate {
  const named = job(key, at);
  const fields = { attempt: 1, crashes: 0, worker: "w", result: "7", keep: KEEP } as const;
  return { id: named.id, lease: FIRST, job: named, state: "succeeded", ...fields };
}

/** Every write boundary of a store. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "enqueue of one": { arrange: async () => undefined, act: enqueue(1) },
  "enqueue of a hundred": { arrange: async () => undefined, act: enqueue(100) },
  reserve: { arrange: enqueue(3), act: reserve },
  "settle as succeeded": { arrange: leased, act: settle(() => ({ to: "succeeded", result: "7", keep: KEEP })) },
  "settle as retrying": {
    arrange: leased,
    act: settle(() => ({ to: "retrying", delayMs: LEASE_MS / 2, error: "{}" })),
  },
  "settle as failed, with follow-up jobs": { arrange: leased, act: fail },
  "settle and reserve in one": {
    arrange: async (store, key) => {
      await leased(store, key);
      await store.enqueue([job(key, "next")]);
    },
    act: (store, key) =>
      store.exchange({
        ...WORKER,
        settle: [{ id: `${key}-0`, lease: FIRST, charged: true, to: "succeeded", result: "7", keep: KEEP }],
        reserve: { queues: [{ name: key, limit: 9 }], tasks: [TASK], leaseMs: LEASE_MS, parkMs: LEASE_MS },
      }),
  },
  "extend, with notes": {
    arrange: leased,
    act: (store, key) =>
      store.exchange({ ...WORKER, extend: ids(key).map((id) => ({ id, lease: FIRST, notes: '{"progress":"7"}' })) }),
  },
  "cancel of what waits": { arrange: enqueue(3), act: cancel },
  "cancel of what runs": { arrange: leased, act: cancel },
  replay: {
    arrange: async (store, key) => {
      await leased(store, key);
      await fail(store, key);
    },
    act: async (store, key) => store.inspection?.replay(ids(key)),
  },
  "save of a record": {
    arrange: (store, key) => store.insert(jobs(key, 1)),
    act: (store, key) => store.save([update(key, 0), update(key, 1)]),
  },
};
