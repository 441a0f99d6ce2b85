import type { Backend, Broker, EnqueueOutcome, NewJob } from "../contracts/index.ts";

/**
 * Enqueues, then makes the records. A job is accepted once both are done: a failure in between leaves a job without a
 * record, which its repetition completes, and which a worker completes if it comes first.
 */
export async function sendBoth(
  broker: Broker,
  backend: Backend,
  jobs: readonly NewJob[],
): Promise<readonly EnqueueOutcome[]> {
  await broker.enqueue(jobs);
  const inserted = await backend.insert(jobs);
  // The backend remembers finished jobs, the broker does not, so it is the backend that knows what is new.
  return inserted.map((outcome) => (outcome === "exists" ? "exists" : "accepted"));
}
