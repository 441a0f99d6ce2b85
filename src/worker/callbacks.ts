import type { Lease, NewJob, Settlement } from "../contracts/index.ts";
import {
  type AnyTask,
  type FinalState,
  type FinishedJob,
  CALLBACK_SUFFIX,
  CALLBACKS,
  decodeError,
  decodeValue,
  encodeBody,
  encodeEnvelope,
  encodeValues,
  isFinal,
  isReplay,
  readContents,
  revivedError,
  defineTask,
} from "../core/index.ts";

/** Callbacks carry what was accepted once already, twice over. */
const NO_LIMIT = Number.POSITIVE_INFINITY;

/**
 * What a callback job carries. The finished job's own parts go as the texts they are stored as: those can always be carried,
 * however deep what is in them.
 */
interface Report {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly body: string;
  readonly attempt: number;
  readonly state: FinalState;
  readonly result?: string;
  readonly error?: string;
}

export function hasCallbacks({ options }: AnyTask): boolean {
  return options.onSuccess !== undefined || options.onFailure !== undefined || options.onEnd !== undefined;
}

export function callbackQueue(queue: string): string {
  return `${queue}${CALLBACKS}`;
}

export function isCallbackTask(name: string): boolean {
  return name.endsWith(CALLBACKS);
}

/** The task that runs another task's callbacks. */
export function callbackTask(of: AnyTask): AnyTask {
  return defineTask(
    `${of.name}${CALLBACKS}`,
    async (report: Record<string, unknown>): Promise<void> => {
      await runCallbacks(of, finishedJob(report as unknown as Report));
    },
    { retries: 0, timeout: of.callbackTimeoutMs, retention: "none" },
  );
}

/** The follow-up job that runs the callbacks of a job that ends with this settlement; none where there are none. */
export function callbackJob(
  of: AnyTask,
  lease: Lease,
  settlement: Settlement,
  traceparent: string | undefined,
): NewJob | undefined {
  if (!isFinal(settlement.to) || !hasCallbacks(of)) return undefined;
  const report: Report = {
    id: lease.id,
    task: lease.task,
    queue: lease.queue,
    body: lease.body,
    attempt: lease.attempt,
    state: settlement.to,
    ...(settlement.result === undefined ? {} : { result: settlement.result }),
    ...(settlement.error === undefined ? {} : { error: settlement.error }),
  };
  return {
    id: callbackId(lease),
    task: `${of.name}${CALLBACKS}`,
    queue: callbackQueue(lease.queue),
    priority: 0,
    body: encodeBody(
      encodeValues([report], "a callback's report", NO_LIMIT),
      encodeEnvelope({}, undefined, traceparent),
    ),
  };
}

/** One id for each run of a job: a replayed job's callbacks must not be taken for those of its earlier run. */
function callbackId(lease: Lease): string {
  const id = `${lease.id}${CALLBACK_SUFFIX}`;
  return isReplay(lease) ? `${id}:${lease.lease}` : id;
}

function finishedJob({ id, task, queue, body, attempt, state, result, error }: Report): FinishedJob {
  return {
    id,
    task,
    queue,
    args: readContents(body).args,
    attempt,
    state,
    ...(state === "succeeded" ? { value: result === undefined ? undefined : decodeValue(result) } : {}),
    ...(error === undefined ? {} : { error: revivedError(decodeError(error)) }),
  };
}

/** Each callback gets its chance, whatever the one before did; then the first error fails the callback job. */
async function runCallbacks({ options }: AnyTask, job: FinishedJob): Promise<void> {
  const errors: unknown[] = [];
  const attempt = async (call: () => unknown): Promise<void> => {
    try {
      await call();
    } catch (error) {
      errors.push(error);
    }
  };
  if (job.state === "succeeded") await attempt(() => options.onSuccess?.(job.value, job));
  else if (job.error !== undefined) {
    const { error } = job;
    await attempt(() => options.onFailure?.(error, job));
  }
  await attempt(() => options.onEnd?.(job));
  if (errors.length > 0) throw errors[0];
}
