import type { Client, JobRecord } from "../index.ts";

const PAGE = 1_000;
/** A backlog beyond this is not counted to its end. */
const MOST_PAGES = 20;

/** How many jobs of its queue are to be started before a queued one: of a higher priority, or of its own and older. */
export async function jobsAhead(
  client: Client,
  job: JobRecord,
): Promise<{ readonly count: number; readonly more: boolean }> {
  let count = 0;
  let cursor: string | undefined;
  // Newest first, so what comes after the job was accepted before it.
  let isPast = false;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { queue: job.queue, state: "queued" as const, limit: PAGE };
    const { jobs, cursor: next } = await client.list(cursor === undefined ? query : { ...query, cursor });
    for (const { id, priority } of jobs) {
      if (id === job.id) isPast = true;
      else if (priority > job.priority || (isPast && priority === job.priority)) count += 1;
    }
    if (next === undefined) return { count, more: false };
    cursor = next;
  }
  return { count, more: true };
}
