import type { StoredJob } from "../contracts/index.ts";
import { type JobRecord, decodeValue, revivedError } from "../core/index.ts";
import {
  JobCancelledError,
  JobExpiredError,
  MalformedRecordError,
  ResultNotKeptError,
  TaskFailedError,
} from "../errors/index.ts";
import { recordOf } from "./record-of.ts";

/**
 * The value of a job that is final.
 *
 * @throws TaskFailedError, JobExpiredError, JobCancelledError, ResultNotKeptError, MalformedRecordError
 */
export function resultOf(job: StoredJob): unknown {
  const { id } = job;
  switch (job.state) {
    case "succeeded":
      if (job.resultGone === true) {
        throw new ResultNotKeptError(`job ${id} succeeded, but its value is not kept (retention)`, { details: { id } });
      }
      return job.result === undefined ? undefined : readResult(id, job.result);
    case "expired":
      throw new JobExpiredError(`job ${id} was not started by its expiry`, { details: { id } });
    case "cancelled":
      throw new JobCancelledError(`job ${id} was cancelled`, { details: { id } });
    default:
      throw failure(recordOf(job, undefined));
  }
}

function readResult(id: string, text: string): unknown {
  try {
    return decodeValue(text);
  } catch (error) {
    throw new MalformedRecordError(`the stored value of job ${id} is no JSON: ${String(error)}`, {
      cause: error,
      details: { id },
    });
  }
}

function failure(record: JobRecord): TaskFailedError {
  const { id, task, attempt, error, crashes } = record;
  const after = attempt === 0 ? "" : ` after ${attempt} attempt${attempt === 1 ? "" : "s"}`;
  return new TaskFailedError(`job ${id} of task "${task}" failed${after}: ${error?.message ?? "no reason is stored"}`, {
    ...(error === undefined ? {} : { cause: revivedError(error) }),
    details: { id, task, attempt, crashes },
  });
}
