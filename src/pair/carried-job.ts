import type { Lease, NewJob, StoredJob } from "../contracts/index.ts";

/** The job itself, as it can be enqueued or recorded again from a lease or a record. */
export function carriedJob(from: Lease | StoredJob): NewJob {
  return {
    id: from.id,
    task: from.task,
    queue: from.queue,
    priority: from.priority,
    body: from.body,
    ...(from.expireAt !== undefined && { expireAt: from.expireAt }),
  };
}
