import type { Backend, Broker, Inspection, StoredJob } from "../contracts/index.ts";
import { carriedJob } from "./carried-job.ts";

/** The backend's inspection, with a replay that also puts the job back where workers find it. */
export function pairedInspection(broker: Broker, backend: Backend, inspection: Inspection): Inspection {
  return {
    list: (query) => inspection.list(query),
    counts: () => inspection.counts(),
    replay: (ids) => replay(broker, backend, inspection, ids),
    removeDead: (ids, limit) => inspection.removeDead(ids, limit),
  };
}

async function replay(
  broker: Broker,
  backend: Backend,
  inspection: Inspection,
  ids: readonly string[],
): Promise<readonly (StoredJob | undefined)[]> {
  if (ids.length === 0) return [];
  const replayed = await inspection.replay(ids);
  // A job that is queued but was not `failed` may be one whose replay broke off before the broker had it. To send it
  // again is free: the broker drops what it has.
  const missed = ids.filter((_, index) => replayed[index] === undefined);
  const loaded = missed.length === 0 ? [] : await backend.load(missed);
  const resumed = new Map(
    loaded.filter((job) => job !== undefined && job.state === "queued").map((job) => [job?.id, job]),
  );
  const jobs = ids.map((id, index) => replayed[index] ?? resumed.get(id));
  const sent = [...new Map(jobs.flatMap((job) => (job === undefined ? [] : [[job.id, job] as const]))).values()];
  if (sent.length === 0) return jobs;
  const outcomes = await broker.enqueue(sent.map((job) => ({ ...carriedJob(job), lease: job.lease })));
  const accepted = new Set(sent.filter((_, index) => outcomes[index] === "accepted").map(({ id }) => id));
  return ids.map((id, index) => replayed[index] ?? (accepted.has(id) ? resumed.get(id) : undefined));
}
