/*
 * client: sending jobs, and reading what became of them.
 * Here: validation, encoding, options, the send buffer, handles, waiting. Not here: running anything.
 */
export { Client } from "./client.ts";
export type { SendRequest, SentJob } from "./sender.ts";
export { type DeadQuery, DeadLetters } from "./dead-letters.ts";
export { JobHandle, type WaitOptions } from "./job-handle.ts";
export type { OutgoingJob, SendMiddleware } from "./middleware.ts";
export type { QueueInfo } from "./queue-desk.ts";
export { recordOf } from "./record-of.ts";
export type { SendOptions } from "./send-options.ts";
