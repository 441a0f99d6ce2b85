import type { BrokenStore } from "./broken-store.ts";

/** Backends that keep the records of another broker's jobs wrongly. */
export const BROKEN_BACKENDS: readonly BrokenStore[] = [
  {
    what: "saves for a stale lease",
    caughtBy: "saving: a higher lease was saved before: stale, of any kind, and nothing changes",
    change: (store) => ({
      save: async (updates) => {
        const jobs = await store.load(updates.map(({ id }) => id));
        return store.save(
          updates.map((each, index) => ({ ...each, lease: Math.max(each.lease, jobs[index]?.lease ?? 0) })),
        );
      },
    }),
  },
  {
    what: "says that a final record was saved again",
    caughtBy: "saving: a final record stays, even for a higher lease",
    change: (store) => ({
      save: async (updates) => (await store.save(updates)).map((each) => (each === "final" ? "saved" : each)),
    }),
  },
  {
    what: "begins what has expired",
    caughtBy: "saving: a job that reads as expired neither runs nor waits again, but may be ended",
    change: (store) => ({
      save: async (updates) => {
        const jobs = await store.load(updates.map(({ id }) => id));
        const outcomes = await store.save(updates);
        return outcomes.map((each, at) => (jobs[at]?.state === "expired" ? "saved" : each));
      },
    }),
  },
  {
    what: "makes no record that is missing",
    caughtBy: "saving: a record that is missing is made from its job",
    change: (store) => ({
      save: async (updates) => {
        const jobs = await store.load(updates.map(({ id }) => id));
        const outcomes = await store.save(updates.filter((_, index) => jobs[index] !== undefined));
        const rest = outcomes.values();
        return jobs.map((job) => (job === undefined ? "saved" : (rest.next().value ?? "saved")));
      },
    }),
  },
  {
    what: "runs on after a cancellation was requested",
    caughtBy: "saving: cancellation was requested: nothing but `cancelled` is taken",
    change: (store) => ({
      save: async (updates) => (await store.save(updates)).map((each) => (each === "cancelled" ? "saved" : each)),
    }),
  },
  {
    what: "forgets which records were there",
    caughtBy: "insert: makes a record for each job whose id has none, and says so in order",
    change: (store) => ({ insert: async (jobs) => (await store.insert(jobs)).map(() => "inserted") }),
  },
  {
    what: "keeps everything for a day",
    caughtBy: "retention: a record is unknown when its retention is over, purged or not, and not before",
    change: (store) => ({
      save: (updates) =>
        store.save(
          updates.map((each) =>
            each.keep?.recordMs ? { ...each, keep: { ...each.keep, recordMs: 86_400_000 } } : each,
          ),
        ),
    }),
  },
  {
    what: "answers in the order of its index",
    caughtBy: "records: load answers in the order asked, `undefined` for unknown ids",
    change: (store) => ({ load: (ids) => store.load(ids.toSorted()) }),
  },
];
