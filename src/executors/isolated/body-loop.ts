import { type ContextOwner, JobContext, thrownEnd } from "../../context/index.ts";
import { type AnyTask, encodeValue, storedError } from "../../core/index.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { currentJob } from "../../internal/current-job.ts";
import { isolate } from "../../internal/isolated.ts";
import { systemClock } from "../../internal/system-clock.ts";
import type { BodySetting, FromBody, SentEnd, SentJob } from "./body-messages.ts";

const nothing = (): void => undefined;
/** What is logged is told to the worker, which has a logger. */
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Loads the module of a thread or process that runs tasks; what it gives runs one job of them. */
export async function bodyLoop(
  { module, maxPayloadBytes }: BodySetting,
  post: (message: FromBody) => void,
): Promise<(job: SentJob) => void> {
  const tasks = isolate();
  try {
    await import(module);
    post({ type: "ready" });
  } catch (error) {
    post({ type: "unready", error: storedError(error) });
  }
  return (job) => {
    const owner = ownerOf(job, maxPayloadBytes, post);
    const body = { traceparent: job.traceparent, context: new JobContext(owner) };
    void currentJob
      .run(body, () => ended(tasks.get(job.task) as AnyTask | undefined, job, module, maxPayloadBytes))
      .then((end) => post({ type: "end", end }));
  };
}

async function ended(
  task: AnyTask | undefined,
  { task: name, args }: SentJob,
  module: string,
  maxPayloadBytes: number,
): Promise<SentEnd> {
  if (task === undefined) {
    const error = new ConfigurationError(
      `module ${module} defines no task "${name}" when it is loaded; module must be the one that calls task()`,
    );
    return { kind: "permanent", error: storedError(error) };
  }
  let value: unknown;
  try {
    value = await task.run(...(args as never[]));
  } catch (thrown) {
    const end = thrownEnd(thrown);
    return {
      kind: end.kind,
      error: storedError(end.error),
      ...(end.kind === "retry" ? { afterMs: end.afterMs } : {}),
    };
  }
  try {
    return { kind: "value", value: encodeValue(value, `the result of "${name}"`, maxPayloadBytes) };
  } catch (error) {
    return { kind: "permanent", error: storedError(error) };
  }
}

function ownerOf(job: SentJob, maxPayloadBytes: number, post: (message: FromBody) => void): ContextOwner {
  let { attemptsAllowed } = job;
  let controller: AbortController | undefined;
  return {
    lease: job,
    meta: job.meta ?? {},
    traceparent: job.traceparent,
    clock: systemClock,
    logger: SILENT,
    maxPayloadBytes,
    deadline: job.deadline,
    attemptsAllowed: () => attemptsAllowed,
    setAttemptsAllowed: (allowed) => {
      attemptsAllowed = allowed;
      post({ type: "attempts", allowed });
    },
    // Nothing is asked of a body that can be ended: it is.
    signal: () => (controller ??= new AbortController()).signal,
    cancelRequested: () => false,
    noted: (change) => {
      if ("line" in change) post({ type: "log", line: change.line });
      else post({ type: "progress", value: change.progress });
    },
  };
}
