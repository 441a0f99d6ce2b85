import type { JobContext } from "../../context/index.ts";
import type { ExecutablePlan } from "../../core/index.ts";
import { PROTOCOL_VERSION } from "./job-document.ts";

/** What most programs need and nobody minds. */
const HARMLESS = /^(PATH|HOME|USER|LOGNAME|SHELL|TZ|TMPDIR|LANG|LANGUAGE|LC_[A-Z]+)$/;

/** Number of the descriptor on which a program writes messages. */
export const MESSAGE_DESCRIPTOR = 3;

/** The environment that all runs of a program share: by an allow-list, so that nothing gets in that nobody thought of. */
export function sharedEnvironment({ env }: ExecutablePlan): Readonly<Record<string, string>> {
  const own = Object.entries(process.env).filter(([name]) => HARMLESS.test(name) || env[name] === true);
  const given = Object.entries(env).filter(([, value]) => value !== true);
  return Object.fromEntries([...own, ...given]) as Record<string, string>;
}

/** What a program is told of where it is and how to answer. */
export function runEnvironment(file: string): Readonly<Record<string, string>> {
  return {
    MILLRACE_PROTOCOL: String(PROTOCOL_VERSION),
    MILLRACE_MESSAGES: String(MESSAGE_DESCRIPTOR),
    MILLRACE_FILE: file,
  };
}

/** What a program is told of its job. */
export function jobEnvironment(job: JobContext): Readonly<Record<string, string>> {
  const { deadline, traceparent } = job;
  return {
    MILLRACE_JOB_ID: job.id,
    MILLRACE_TASK: job.task,
    MILLRACE_QUEUE: job.queue,
    MILLRACE_ATTEMPT: String(job.attempt),
    ...(deadline === undefined ? {} : { MILLRACE_DEADLINE: String(deadline) }),
    ...(traceparent === undefined ? {} : { TRACEPARENT: traceparent }),
  };
}
