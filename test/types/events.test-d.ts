import type { JobInfo, Worker } from "../../src/index.ts";
import { type Same, same } from "./same.ts";

declare const worker: Worker;

const off = worker.on("started", (event) => {
  same<Same<typeof event, JobInfo>>();
});
same<Same<typeof off, () => void>>();
worker.on("succeeded", (event) => {
  same<Same<typeof event.durationMs, number>>();
  same<Same<typeof event.attempt, number>>();
});
worker.on("failed", ({ error, id }) => {
  same<Same<typeof error, unknown>>();
  same<Same<typeof id, string>>();
});
worker.on("retrying", ({ delayMs }) => {
  same<Same<typeof delayMs, number>>();
});
worker.on("unknown-task", (event) => {
  same<Same<typeof event, { readonly queue: string; readonly task: string; readonly count: number }>>();
  // @ts-expect-error it is about many jobs, and names none
  void event.id;
});
worker.on("error", ({ error, job }) => {
  same<Same<typeof error, unknown>>();
  same<Same<typeof job, JobInfo | undefined>>();
});
worker.on("ready", ({ queues }) => {
  same<Same<typeof queues, readonly string[]>>();
});
// @ts-expect-error there is no such event
worker.on("finished", () => {});
// @ts-expect-error the payload of another event
worker.on("started", (event: { readonly durationMs: number }) => event);
