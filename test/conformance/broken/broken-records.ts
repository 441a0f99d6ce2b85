import type { Inspection, Settlement, Store } from "../../../src/contracts/index.ts";
import type { JobState } from "../../../src/core/state.ts";
import { type BrokenStore, exchanging } from "./broken-store.ts";

/** Stores that remember wrongly what became of jobs. */
export const BROKEN_RECORDS: readonly BrokenStore[] = [
  {
    what: "turns a final state back",
    caughtBy: "records: a final state never turns back",
    change: (store) => {
      const said = new Map<string, JobState>();
      return {
        ...exchanging(store, {
          request: (request) => {
            for (const { id, to } of request.settle ?? []) said.set(id, to);
            return request;
          },
        }),
        load: async (ids) =>
          (await store.load(ids)).map((job) => job && { ...job, state: said.get(job.id) ?? job.state }),
      };
    },
  },
  {
    what: "forgets the last error with a release",
    caughtBy: "records: a job that was given back says what its last charged attempt ended with",
    change: (store) => ({
      load: async (ids) =>
        (await store.load(ids)).map((job) => {
          if (job?.state !== "queued") return job;
          const { error: _, ...rest } = job;
          return rest;
        }),
    }),
  },
  {
    what: "keeps a record whose retention is 0",
    caughtBy: "retention: a record kept for 0 ms is not kept at all",
    change: (store) =>
      settling(store, (each) =>
        each.keep?.recordMs === 0 ? { ...each, keep: { ...each.keep, recordMs: null } } : each,
      ),
  },
  {
    what: "keeps nothing forever",
    caughtBy: "retention: a record kept forever is there",
    change: (store) =>
      settling(store, (each) =>
        each.keep?.recordMs === null ? { ...each, keep: { ...each.keep, recordMs: 100 } } : each,
      ),
  },
  {
    what: "keeps a value as long as its record",
    caughtBy: "retention: a value may be kept for less long than its record",
    change: (store) =>
      settling(store, (each) => (each.keep ? { ...each, keep: { ...each.keep, resultMs: each.keep.recordMs } } : each)),
  },
  {
    what: "drops dead letters when their retention is over",
    caughtBy: "retention: a dead letter is kept until it is removed, though its retention is 0",
    change: (store) =>
      exchanging(store, {
        reply: async (reply, { settle = [] }) => {
          const over = settle.filter(({ to, keep }) => to === "failed" && keep?.recordMs === 0).map(({ id }) => id);
          await store.inspection?.removeDead(over, 1000);
          return reply;
        },
      }),
  },
  {
    what: "ignores cancellation",
    caughtBy: "cancellation: jobs that wait are cancelled at once",
    change: (store) => ({
      requestCancel: async (ids) => (await store.load(ids)).map((job) => job?.state),
    }),
  },
  {
    what: "records a value after a cancellation was requested",
    caughtBy: "cancellation: once it is requested, nothing but `cancelled` is taken",
    change: (store) =>
      exchanging(store, {
        reply: async (reply, { settle = [], worker, leaseMs }) => {
          const late = settle.filter((_, index) => reply.settled[index] === "cancelled");
          if (late.length === 0) return reply;
          await store.exchange({ worker, leaseMs, settle: late.map((each) => ({ ...each, to: "cancelled" })) });
          return { ...reply, settled: reply.settled.map(() => "applied") };
        },
      }),
  },
  {
    what: "does not tell a holder of a cancellation",
    caughtBy: "one step: a holder that extends is told of a cancellation, and keeps the lease",
    change: (store) =>
      exchanging(store, {
        reply: (reply) => ({
          ...reply,
          extended: reply.extended.map((outcome) => (outcome === "cancel" ? "kept" : outcome)),
        }),
      }),
  },
  {
    what: "never tells a watch",
    caughtBy: "watching: a watched job is reported when it is final, with what became of it",
    change: (store) => ({ watch: () => store.watch(() => undefined) }),
  },
  {
    what: "tells a watch twice",
    caughtBy: "watching: a job is reported once for each time it is added",
    change: (store) => ({
      watch: (notify) =>
        store.watch((jobs) => {
          notify(jobs);
          notify(jobs);
        }),
    }),
  },
  {
    what: "tells a watch that was closed",
    caughtBy: "watching: a watch that is closed is quiet, and others are not",
    change: (store) => ({
      watch: (notify) => {
        const watch = store.watch(notify);
        return { add: (ids) => watch.add(ids), remove: (ids) => watch.remove(ids), close: () => undefined };
      },
    }),
  },
  {
    what: "loses jobs between the pages of a list",
    caughtBy: "inspection: lists every job once, newest first, page by page",
    change: (store) =>
      inspecting(store, (inspection) => ({
        list: async (query) => {
          const page = await inspection.list(query);
          return page.cursor === undefined ? page : { ...page, jobs: page.jobs.slice(0, -1) };
        },
      })),
  },
  {
    what: "ignores a filter",
    caughtBy: "inspection: lists by queue, state and task, alone and together",
    change: (store) => inspecting(store, (inspection) => ({ list: ({ task: _, ...query }) => inspection.list(query) })),
  },
  {
    what: "counts one job too few",
    caughtBy: "inspection: counts jobs by queue and state",
    change: (store) =>
      inspecting(store, (inspection) => ({
        counts: async () => (await inspection.counts()).map((each) => ({ ...each, count: each.count - 1 })),
      })),
  },
  {
    what: "keeps attempts when it replays",
    caughtBy: "dead letters: replay makes a failed job wait again, as if new but for its token and trail",
    change: (store) => {
      const before = new Map<string, number>();
      return {
        ...inspecting(store, (inspection) => ({
          replay: async (ids) => {
            for (const job of await store.load(ids)) if (job) before.set(job.id, job.attempt);
            return inspection.replay(ids);
          },
        })),
        ...exchanging(store, {
          reply: (reply) => ({
            ...reply,
            leases: reply.leases.map((lease) => ({ ...lease, attempt: lease.attempt + (before.get(lease.id) ?? 0) })),
          }),
        }),
      };
    },
  },
  {
    what: "resets the token when it replays",
    caughtBy: "dead letters: a replayed job can fail and be replayed again",
    change: (store) => {
      const base = new Map<string, number>();
      const real = <T extends { id: string; lease: number }>(ref: T): T => ({
        ...ref,
        lease: ref.lease + (base.get(ref.id) ?? 0),
      });
      return {
        ...inspecting(store, (inspection) => ({
          replay: async (ids) => {
            const replayed = await inspection.replay(ids);
            for (const job of replayed) if (job) base.set(job.id, job.lease);
            return replayed;
          },
        })),
        ...exchanging(store, {
          request: (request) => ({
            ...request,
            settle: (request.settle ?? []).map(real),
            extend: (request.extend ?? []).map(real),
          }),
          reply: (reply) => ({
            ...reply,
            leases: reply.leases.map((lease) => ({ ...lease, lease: lease.lease - (base.get(lease.id) ?? 0) })),
          }),
        }),
      };
    },
  },
  {
    what: "replays what did not fail",
    caughtBy: "dead letters: replay leaves alone what is not `failed`",
    change: (store) =>
      inspecting(store, (inspection) => ({
        replay: async (ids) => {
          await inspection.replay(ids);
          return store.load(ids);
        },
      })),
  },
  {
    what: "removes dead letters beyond the limit",
    caughtBy: "dead letters: removeDead deletes up to `limit` of all",
    change: (store) => inspecting(store, (inspection) => ({ removeDead: (ids) => inspection.removeDead(ids, 1000) })),
  },
  {
    what: "reads an expired job as queued",
    caughtBy: "records: a waiting job whose `expireAt` is past reads as `expired`",
    change: (store) => ({
      load: async (ids) =>
        (await store.load(ids)).map((job) => job && (job.state === "expired" ? { ...job, state: "queued" } : job)),
    }),
  },
  {
    what: "drops notes",
    caughtBy: "one step: notes are replaced by extensions and settlements, and left alone where they are absent",
    change: (store) =>
      exchanging(store, {
        request: (request) => ({ ...request, extend: (request.extend ?? []).map(({ notes: _, ...each }) => each) }),
      }),
  },
  {
    what: "cuts long results",
    caughtBy: "stored text: body, result, error, trail and notes come back exactly: 1 MiB",
    change: (store) =>
      settling(store, (each) => (each.result === undefined ? each : { ...each, result: each.result.slice(0, 65_535) })),
  },
  {
    what: "shows the end before the follow-ups",
    caughtBy: "one step: who is told of the end finds the follow-ups",
    change: (store) => ({
      exchange: async (request) => {
        const settle = request.settle ?? [];
        const reply = await store.exchange({ ...request, settle: settle.map(({ follow: _, ...each }) => each) });
        for (let turn = 0; turn < 5; turn += 1) {
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
        }
        for (const { follow } of settle) if (follow) await store.enqueue(follow);
        return reply;
      },
    }),
  },
];

function settling(store: Store, alter: (settlement: Settlement) => Settlement): Partial<Store> {
  return exchanging(store, {
    request: (request) => ({ ...request, settle: (request.settle ?? []).map(alter) }),
  });
}

function inspecting(store: Store, alter: (inspection: Inspection) => Partial<Inspection>): Partial<Store> {
  const inspection = store.inspection!;
  const whole: Inspection = {
    list: (query) => inspection.list(query),
    counts: () => inspection.counts(),
    replay: (ids) => inspection.replay(ids),
    removeDead: (ids, limit) => inspection.removeDead(ids, limit),
  };
  return { inspection: { ...whole, ...alter(whole) } };
}
