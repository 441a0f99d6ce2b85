import type { NewJob } from "../../contracts/index.ts";
import { type RunPlan, bodyParts } from "../../core/index.ts";

/** Undoes what the client did to options, so that the gateway's client can do it again: the same job comes out. */
export function jobToSend({
  id,
  task,
  queue,
  priority,
  body,
  delayMs,
  runAt,
  expireAt,
  expireAfterMs,
}: NewJob): object {
  const { args, options = {}, meta, traceparent } = bodyParts(body);
  return defined({
    id,
    task,
    args,
    queue,
    priority,
    runAfter: delayMs,
    runAt,
    expireAt,
    expireAfter: expireAfterMs,
    meta,
    traceparent,
    ...runOptions(options),
  });
}

/** Run options that make the same plan. */
export function runOptions(plan: RunPlan): object {
  const { backoff, statusMs, resultMs, timeoutMs, hangMs, ...same } = plan;
  const retention = defined({ status: retentionTime(statusMs), result: retentionTime(resultMs) });
  return defined({
    ...same,
    timeout: timeoutMs,
    hang: hangMs,
    backoff: backoff === undefined ? undefined : backoffOption(backoff),
    retention: Object.keys(retention).length === 0 ? undefined : retention,
  });
}

function backoffOption(backoff: NonNullable<RunPlan["backoff"]>): unknown {
  if (backoff.kind === "none") return "none";
  if (backoff.kind === "list") return backoff.gapsMs;
  const { baseMs, maxMs, jitter } = backoff;
  return { baseMs, maxMs, jitter };
}

function retentionTime(ms: number | null | undefined): number | "forever" | undefined {
  return ms === null ? "forever" : ms;
}

function defined(object: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
