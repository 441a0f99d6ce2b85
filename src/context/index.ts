/*
 * context: what a running body sees of its job. Shared by the worker, which makes contexts, and by the executors, which
 * carry them to where a body runs: another thread, another process.
 * Here: context(), and the signals by which a body ends its attempt. Not here: what becomes of the job.
 */
export { type ContextOwner, type JobFacts, JobContext, context } from "./job-context.ts";
export { FailSignal, RetrySignal } from "./retry-signal.ts";
export { type ThrownEnd, thrownEnd, thrownFor } from "./thrown-end.ts";
