import type { NewJob } from "../contracts/index.ts";
import {
  type AnyTask,
  type SchemaResult,
  describeIssues,
  encodeBody,
  encodeEnvelope,
  encodeValues,
} from "../core/index.ts";
import { ArgumentsError } from "../errors/index.ts";
import type { ClientHost } from "./client-host.ts";
import type { OutgoingJob } from "./middleware.ts";
import { type SendPlan, checkTraceparent, encodeMeta } from "./send-options.ts";

/** Where a send goes: a task known here, or only its name. */
export interface Destination {
  readonly name: string;
  readonly known: AnyTask | undefined;
}

/**
 * Refuses arguments that the task would refuse: too few for its function, or against its schema. The input is sent, not
 * the schema's output: the worker parses it again.
 *
 * @throws ArgumentsError
 */
export function checkArguments({ name, known }: Destination, args: readonly unknown[]): void | Promise<void> {
  if (known === undefined) return undefined;
  const schema = known.options.args;
  if (schema === undefined) {
    if (args.length >= known.run.length) return undefined;
    throw new ArgumentsError(
      `task "${name}" takes ${known.run.length} argument${known.run.length === 1 ? "" : "s"}, and got ${args.length}`,
      { details: { task: name, expected: known.run.length, given: args.length } },
    );
  }
  const refuse = (result: SchemaResult<unknown>): void => {
    if (result.issues === undefined) return;
    throw new ArgumentsError(`task "${name}" refuses its arguments: ${describeIssues(result.issues)}`, {
      details: { task: name, issues: result.issues },
    });
  };
  const result = schema["~standard"].validate(args);
  return result instanceof Promise ? result.then(refuse) : refuse(result);
}

/** A job as the store takes it. */
export function newJob(
  host: ClientHost,
  plan: SendPlan,
  { name, known }: Destination,
  args: readonly unknown[],
  traceparent: string | undefined,
): NewJob {
  const encoded = encodeValues(args, `the arguments of "${name}"`, host.maxPayloadBytes);
  const envelope = traceparent === undefined ? plan.envelope : encodeEnvelope(plan.run, plan.meta, traceparent);
  const expireAfterMs = plan.expireAfterMs ?? known?.expireAfterMs ?? host.expireAfterMs;
  return {
    id: plan.id ?? host.ids.next(),
    task: name,
    queue: plan.queue ?? known?.queue ?? "default",
    priority: plan.priority ?? known?.priority ?? 0,
    body: encodeBody(encoded, envelope),
    delayMs: plan.delayMs,
    runAt: plan.runAt,
    expireAt: plan.expireAt,
    expireAfterMs: plan.expireAt === undefined ? expireAfterMs : undefined,
  };
}

/** The same job with what middleware put into it. */
export function withTravellers(
  job: NewJob,
  plan: SendPlan,
  args: readonly unknown[],
  outgoing: OutgoingJob,
  host: ClientHost,
): NewJob {
  const meta = encodeMeta(outgoing.meta);
  checkTraceparent(outgoing.traceparent);
  const encoded = encodeValues(args, `the arguments of "${job.task}"`, host.maxPayloadBytes);
  return { ...job, body: encodeBody(encoded, encodeEnvelope(plan.run, meta, outgoing.traceparent)) };
}
