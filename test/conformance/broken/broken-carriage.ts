import { type BrokenStore, exchanging } from "./broken-store.ts";

/** Stores that carry jobs wrongly. */
export const BROKEN_CARRIAGE: readonly BrokenStore[] = [
  {
    what: "takes a stale settlement for the current one",
    caughtBy: "fencing: a stale settlement is refused, of any kind, and changes nothing",
    change: (store) =>
      exchanging(store, {
        request: async (request) => {
          const settle = request.settle ?? [];
          const jobs = await store.load(settle.map(({ id }) => id));
          return { ...request, settle: settle.map((each, index) => ({ ...each, lease: jobs[index]?.lease ?? 0 })) };
        },
      }),
  },
  {
    what: "lets a stale holder extend",
    caughtBy: "fencing: a stale extension is `lost`, and does not keep or take the lease",
    change: (store) =>
      exchanging(store, {
        request: async (request) => {
          const extend = request.extend ?? [];
          const jobs = await store.load(extend.map(({ id }) => id));
          return { ...request, extend: extend.map((each, index) => ({ ...each, lease: jobs[index]?.lease ?? 0 })) };
        },
      }),
  },
  {
    what: "loses a job that is released",
    caughtBy: "release: a released job can be reserved at once, uncharged",
    change: (store) =>
      exchanging(store, {
        request: (request) => ({
          ...request,
          settle: (request.settle ?? []).map((each) =>
            each.to === "queued" ? { ...each, to: "succeeded", keep: { recordMs: 0, resultMs: 0 } } : each,
          ),
        }),
      }),
  },
  {
    what: "counts a release as an attempt",
    caughtBy: "release: many releases never charge",
    change: (store) =>
      exchanging(store, {
        request: (request) => ({
          ...request,
          settle: (request.settle ?? []).map((each) => ({ ...each, charged: each.charged || each.to === "queued" })),
        }),
      }),
  },
  {
    what: "hands a job out twice",
    caughtBy: "concurrency: 20 concurrent exchanges never give one job twice",
    change: (store) => {
      const given = new Map<string, number>();
      return exchanging(store, {
        reply: (reply) => {
          const [first] = reply.leases;
          if (first === undefined || given.has(first.id)) return reply;
          given.set(first.id, first.lease);
          return { ...reply, leases: [...reply.leases, first] };
        },
      });
    },
  },
  {
    what: "hands scheduled jobs out early",
    caughtBy: "scheduling: a delayed job is reserved when its delay is over, never early",
    change: (store) => ({
      enqueue: (jobs) => store.enqueue(jobs.map(({ delayMs: _, ...job }) => job)),
    }),
  },
  {
    what: "hands scheduled jobs out a millisecond early",
    caughtBy: "scheduling: `runAt` is the earliest start, never early",
    change: (store) => ({
      enqueue: (jobs) =>
        store.enqueue(jobs.map((job) => (job.runAt === undefined ? job : { ...job, runAt: job.runAt - 1 }))),
    }),
  },
  {
    what: "retries a millisecond early",
    caughtBy: "retry: a list of delays gives exactly those gaps",
    change: (store) =>
      exchanging(store, {
        request: (request) => ({
          ...request,
          settle: (request.settle ?? []).map((each) =>
            each.delayMs === undefined ? each : { ...each, delayMs: each.delayMs - 1 },
          ),
        }),
      }),
  },
  {
    what: "retries at once",
    caughtBy: "retry: a retry is reserved after its delay, never early",
    change: (store) =>
      exchanging(store, {
        request: (request) => ({
          ...request,
          settle: (request.settle ?? []).map((each) => (each.to === "retrying" ? { ...each, delayMs: 0 } : each)),
        }),
      }),
  },
  {
    what: "forgets crashes",
    caughtBy: "crashes: a lapse raises `crashes` by one and charges nothing",
    change: (store) =>
      exchanging(store, {
        reply: (reply) => ({ ...reply, leases: reply.leases.map((lease) => ({ ...lease, crashes: 0 })) }),
      }),
  },
  {
    what: "lets no lease lapse",
    caughtBy: "leases: an unsettled lease that is not extended lapses after `leaseMs`, never early",
    change: (store) =>
      exchanging(store, {
        request: ({ reserve, ...request }) => ({
          ...request,
          ...(reserve && { reserve: { ...reserve, leaseMs: 2 ** 40 } }),
        }),
      }),
  },
  {
    what: "lets a lease lapse a millisecond early",
    caughtBy: "leases: an unsettled lease that is not extended lapses after `leaseMs`, never early",
    change: (store) =>
      exchanging(store, {
        request: ({ reserve, ...request }) => ({
          ...request,
          ...(reserve && { reserve: { ...reserve, leaseMs: reserve.leaseMs - 1 } }),
        }),
      }),
  },
  {
    what: "says that it keeps a lease, and does not",
    caughtBy: "leases: an extended lease does not lapse",
    change: (store) =>
      exchanging(store, {
        request: ({ extend: _, ...request }) => request,
        reply: (reply, { extend = [] }) => ({ ...reply, extended: extend.map(() => "kept") }),
      }),
  },
  {
    what: "ignores priority",
    caughtBy: "order: a higher priority is reserved first",
    change: (store) => {
      const priorities = new Map<string, number>();
      return {
        enqueue: (jobs) => {
          for (const { id, priority } of jobs) priorities.set(id, priority);
          return store.enqueue(jobs.map((job) => ({ ...job, priority: 0 })));
        },
        ...exchanging(store, {
          reply: (reply) => ({
            ...reply,
            leases: reply.leases.map((lease) => ({ ...lease, priority: priorities.get(lease.id) ?? 0 })),
          }),
        }),
      };
    },
  },
  {
    what: "is last in, first out",
    caughtBy: "order: jobs of one call are reserved in the order given",
    change: (store) => exchanging(store, { reply: (reply) => ({ ...reply, leases: reply.leases.toReversed() }) }),
  },
  {
    what: "gives one lease more than was asked for",
    caughtBy: "order: at most `limit` leases of each queue",
    change: (store) =>
      exchanging(store, {
        request: ({ reserve, ...request }) => ({
          ...request,
          ...(reserve && {
            reserve: { ...reserve, queues: reserve.queues.map(({ name, limit }) => ({ name, limit: limit + 1 })) },
          }),
        }),
      }),
  },
  {
    what: "drops follow-ups",
    caughtBy: "follow-ups: follow-up jobs are enqueued with the settlement, in order and as they were given",
    change: (store) =>
      exchanging(store, {
        request: (request) => ({
          ...request,
          settle: (request.settle ?? []).map(({ follow: _, ...each }) => each),
        }),
      }),
  },
  {
    what: "enqueues the follow-ups of stale settlements",
    caughtBy: "follow-ups: a stale settlement enqueues nothing",
    change: (store) =>
      exchanging(store, {
        reply: async (reply, { settle = [] }) => {
          for (const { follow } of settle) if (follow) await store.enqueue(follow);
          return reply;
        },
      }),
  },
  {
    what: "makes a second job of an id that is there",
    caughtBy: "enqueue: a job whose id waits already is left untouched",
    change: (store) => ({
      enqueue: async (jobs) => {
        const outcomes = await store.enqueue(jobs);
        const again = jobs.filter((_, index) => outcomes[index] === "exists");
        await store.enqueue(again.map((job) => ({ ...job, id: `${job.id}~` })));
        return outcomes;
      },
      ...exchanging(store, {
        reply: (reply) => ({
          ...reply,
          leases: reply.leases.map((lease) => ({ ...lease, id: lease.id.replace("~", "") })),
        }),
      }),
    }),
  },
  {
    what: "answers out of order",
    caughtBy: "enqueue: outcomes are in the order given",
    change: (store) => ({ enqueue: async (jobs) => (await store.enqueue(jobs)).toSorted() }),
  },
  {
    what: "lets parked jobs block others",
    caughtBy: "parking: parked jobs block nobody",
    change: (store) => {
      const parked = new Set<string>();
      return {
        exchange: async (request) => {
          const reply = await store.exchange(request);
          for (const { task } of reply.parked) parked.add(task);
          if (!request.reserve || [...parked].every((task) => request.reserve?.tasks.includes(task))) return reply;
          const back = reply.leases.map(({ id, lease }) => ({ id, lease, to: "queued" as const, charged: false }));
          await store.exchange({ worker: request.worker, leaseMs: 0, settle: back });
          return { ...reply, leases: [] };
        },
      };
    },
  },
  {
    what: "hands out jobs of unknown tasks",
    caughtBy: "parking: a job of an unknown task is parked and not returned",
    change: (store) =>
      exchanging(store, {
        request: ({ reserve, ...request }) => ({
          ...request,
          ...(reserve && { reserve: { ...reserve, tasks: [...reserve.tasks, "unknown", "x", "y"] } }),
        }),
      }),
  },
  {
    what: "never gives a parked job up",
    caughtBy: "parking: a job that nobody knew for `parkMs` is returned with the verdict `unknown-task`, never early",
    change: (store) =>
      exchanging(store, {
        request: ({ reserve, ...request }) => ({
          ...request,
          ...(reserve && { reserve: { ...reserve, parkMs: 2 ** 40 } }),
        }),
      }),
  },
  {
    what: "gives expired jobs out as if they were not",
    caughtBy: "expiry: a job whose `expireAt` is past comes with the verdict `expired`",
    change: (store) =>
      exchanging(store, {
        reply: (reply) => ({ ...reply, leases: reply.leases.map(({ verdict: _, ...lease }) => lease) }),
      }),
  },
  {
    what: "misses, while it waits, what is accepted",
    caughtBy: "waiting: resolves for a job that is accepted after the call",
    change: (_store, { clock }) => ({
      wait: ({ maxMs, signal }) =>
        new Promise((resolve) => {
          clock.setTimer(maxMs, () => resolve(undefined));
          signal.addEventListener("abort", () => {
            resolve(undefined);
          });
        }),
    }),
  },
  {
    what: "hands over what anybody may still reserve",
    caughtBy: "waiting: what is handed over to who waits is leased to it, and to nobody else",
    change: (store) => ({
      wait: async (request) => {
        await store.wait(request);
        const { queues, tasks, handOver } = request;
        if (handOver === undefined) return undefined;
        const reserve = { queues: queues.map((name) => ({ name, limit: 1 })), tasks, leaseMs: 1, parkMs: 1 };
        const { leases } = await store.exchange({ ...handOver, reserve });
        const settle = leases.map(({ id, lease }) => ({ id, lease, to: "queued" as const, charged: false }));
        await store.exchange({ ...handOver, settle });
        return leases;
      },
    }),
  },
  {
    what: "waits on when its signal aborts",
    caughtBy: "waiting: resolves when its signal aborts",
    change: (store) => ({
      wait: (request) => store.wait({ ...request, signal: new AbortController().signal }),
    }),
  },
  {
    what: "loses the trail",
    caughtBy: "settlement: the trail of a settlement comes with the next lease",
    change: (store) =>
      exchanging(store, {
        reply: (reply) => ({ ...reply, leases: reply.leases.map(({ trail: _, ...lease }) => lease) }),
      }),
  },
  {
    what: "trims bodies",
    caughtBy: "text: a body and a trail come back exactly: spaces at both ends",
    change: (store) => ({
      enqueue: (jobs) => store.enqueue(jobs.map((job) => ({ ...job, body: job.body.trim() }))),
    }),
  },
  {
    what: "keeps working after it was closed",
    caughtBy: "closing: enqueue, exchange and wait reject with ClosedError after close",
    change: (store) => ({
      enqueue: (jobs) => store.enqueue(jobs).catch(() => jobs.map(() => "accepted" as const)),
    }),
  },
  {
    what: "accepts a batch in two halves",
    caughtBy: "one step: a batch is there whole or not at all",
    change: (store) => ({
      enqueue: async (jobs) => {
        const first = await store.enqueue(jobs.slice(0, 500));
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        return [...first, ...(await store.enqueue(jobs.slice(500)))];
      },
    }),
  },
];
