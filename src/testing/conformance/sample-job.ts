import type { NewJob } from "../../contracts/new-job.ts";

let made = 0;

/** A job as a client would make it, with an id of its own; `queue` is "main" and `task` is "known" unless said otherwise. */
export function sampleJob(given: Partial<NewJob> = {}): NewJob {
  made += 1;
  const id = given.id ?? `job-${made.toString(36)}`;
  return { id, task: "known", queue: "main", priority: 0, body: JSON.stringify({ args: [id] }), ...given };
}

/** Several of them. */
export function sampleJobs(count: number, given: Omit<Partial<NewJob>, "id"> = {}): readonly NewJob[] {
  return Array.from({ length: count }, () => sampleJob(given));
}
