import { thrownEnd } from "../../context/index.ts";
import { type AnyTask, decodeValue, encodeValue, storedError } from "../../core/index.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { currentJob } from "../../internal/current-job.ts";
import { isolate } from "../../internal/isolated.ts";
import { BodyJob } from "./body-job.ts";
import type { BodySetting, FromBody, SentJob, ToBody } from "./body-messages.ts";

/** Loads the module of a thread or process that runs tasks; what it gives runs one job of them. */
export async function bodyLoop(
  { module, maxPayloadBytes }: BodySetting,
  post: (message: FromBody) => void,
): Promise<(job: ToBody) => void> {
  const tasks = isolate();
  try {
    await import(module);
    post({ type: "ready" });
  } catch (error) {
    post({ type: "unready", error: storedError(error) });
  }
  const end = async (job: SentJob): Promise<void> => {
    const task = tasks.get(job.task) as AnyTask | undefined;
    post(await ended(task, job, module, maxPayloadBytes));
  };
  return (sent) => {
    const job = typeof sent === "string" ? (decodeValue(sent) as SentJob) : sent;
    void currentJob.run(new BodyJob(job, maxPayloadBytes, post), end, job);
  };
}

async function ended(
  task: AnyTask | undefined,
  { task: name, args }: SentJob,
  module: string,
  maxPayloadBytes: number,
): Promise<FromBody> {
  if (task === undefined) {
    const error = new ConfigurationError(
      `module ${module} defines no task "${name}" when it is loaded; module must be the one that calls task()`,
    );
    return { type: "thrown", thrown: { kind: "permanent", error: storedError(error) } };
  }
  let value: unknown;
  try {
    value = await task.run(...(args as never[]));
  } catch (thrown) {
    const end = thrownEnd(thrown);
    return {
      type: "thrown",
      thrown: {
        kind: end.kind,
        error: storedError(end.error),
        ...(end.kind === "retry" ? { afterMs: end.afterMs } : {}),
      },
    };
  }
  try {
    return encodeValue(value, `the result of "${name}"`, maxPayloadBytes) ?? "";
  } catch (error) {
    return { type: "thrown", thrown: { kind: "permanent", error: storedError(error) } };
  }
}
