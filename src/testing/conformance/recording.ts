import assert from "node:assert/strict";
import type { Backend, RecordUpdate } from "../../contracts/backend.ts";
import type { LeaseRef } from "../../contracts/lease.ts";
import type { NewJob } from "../../contracts/new-job.ts";
import type { Settlement } from "../../contracts/settlement.ts";
import type { Store } from "../../contracts/store.ts";
import type { StoredJob } from "../../contracts/stored-job.ts";
import type { Opened } from "./harness.ts";
import { promptly } from "./promptly.ts";
import { type Ending, SampleWorker } from "./sample-worker.ts";

/** `refused`: the lease is no longer the job's, or the record is final. */
type EndOutcome = "taken" | "refused" | "cancelled";

/**
 * How the records of a backend come to be and change. A store writes them by its own queue, a backend is told by `insert` and `save`;
 * what they then say is the same, so those checks are written once.
 */
export interface Recording {
  /** Makes records that wait. */
  make(jobs: readonly NewJob[]): Promise<void>;
  /** Begins the next attempt at jobs that wait, are due, and are the only ones of their queues. */
  begin(jobs: readonly NewJob[]): Promise<readonly LeaseRef[]>;
  /** Ends attempts. */
  end(lease: LeaseRef, ending: Ending): Promise<EndOutcome>;
}

/** The worker that both kinds of recording name. */
export const RECORDING_WORKER = "recorder";

export function storeRecording(opened: Opened<Store>): Recording {
  return {
    make: async (jobs) => {
      await opened.driver.enqueue(jobs);
    },
    begin: async (jobs) => {
      const queues = [...new Set(jobs.map(({ queue }) => queue))];
      const worker = new SampleWorker(opened, { name: RECORDING_WORKER, queues });
      const leases = await worker.gather(jobs.length);
      return jobs.map(({ id }) => {
        const lease = leases.find((each) => each.id === id);
        assert.ok(lease, `job ${id} was accepted and is to be reserved`);
        return { id, lease: lease.lease };
      });
    },
    end: async (lease, ending) => {
      const worker = new SampleWorker(opened, { name: RECORDING_WORKER });
      const outcome = await worker.settle(lease, ending);
      return outcome === "applied" ? "taken" : outcome === "stale" ? "refused" : "cancelled";
    },
  };
}

/** The record of one attempt, as the worker beside a backend keeps it. */
interface Progress {
  readonly job: NewJob;
  lease: number;
  attempt: number;
}

export function backendRecording(opened: Opened<Backend>): Recording {
  const { driver } = opened;
  const jobs = new Map<string, Progress>();
  const progressOf = (id: string): Progress => {
    const progress = jobs.get(id);
    assert.ok(progress, `job ${id} was made`);
    return progress;
  };
  const save = async (update: RecordUpdate): Promise<EndOutcome> => {
    const [outcome] = await promptly(driver.save([update]), "save answers");
    return outcome === "saved" ? "taken" : outcome === "cancelled" ? "cancelled" : "refused";
  };
  return {
    make: async (given) => {
      await promptly(driver.insert(given), "insert answers");
      for (const job of given) if (!jobs.has(job.id)) jobs.set(job.id, { job, lease: 0, attempt: 0 });
    },
    begin: async (given) => {
      const refs: LeaseRef[] = [];
      for (const { id } of given) {
        const progress = progressOf(id);
        progress.lease += 1;
        const outcome = await save({ ...runningUpdate(progress.job, progress.lease), attempt: progress.attempt });
        assert.equal(outcome, "taken", `the record of ${id} is not final, so it takes a higher lease`);
        refs.push({ id, lease: progress.lease });
      }
      return refs;
    },
    end: async ({ id, lease }, ending) => {
      const progress = progressOf(id);
      const outcome = await save(endingUpdate(progress, lease, ending));
      if (outcome === "taken" && ending.charged) progress.attempt += 1;
      return outcome;
    },
  };
}

/** An attempt has begun. */
export function runningUpdate(job: NewJob, lease: number): RecordUpdate {
  return { id: job.id, lease, job, state: "running", attempt: 0, crashes: 0, worker: RECORDING_WORKER };
}

/** A settlement, as a record is told of it. */
function endingUpdate({ job, attempt }: Progress, lease: number, ending: Ending): RecordUpdate {
  const { to, charged, follow: _, ...rest }: Omit<Settlement, "id" | "lease"> = ending;
  return { ...runningUpdate(job, lease), ...rest, state: to, attempt: attempt + (charged ? 1 : 0) };
}

/** One record, which is expected to be there. */
export async function loadOne(backend: Backend, id: string): Promise<StoredJob> {
  const job = await loadMaybe(backend, id);
  assert.ok(job, `load: the record of ${id} is there as long as its retention lasts`);
  return job;
}

/** One record, or `undefined`. */
export async function loadMaybe(backend: Backend, id: string): Promise<StoredJob | undefined> {
  const jobs = await promptly(backend.load([id]), "load answers");
  assert.equal(jobs.length, 1, "load has one answer for each id");
  return jobs[0];
}
