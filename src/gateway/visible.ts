import { type JobRecord, jobDocument } from "../core/index.ts";
import { JobUnknownError } from "../errors/index.ts";
import { stepsOf } from "../internal/steps.ts";
import { type Caller, demandQueue, hasScope, mayTouch } from "./caller.ts";
import type { GatewayHost } from "./gateway-host.ts";
import type { PageQuery } from "./schemas.ts";

/** Records looked at in one go: each may be two megabytes. */
const STEP = 100;

/** A record as this caller may see it. */
export function documentFor(caller: Caller, record: JobRecord): object {
  return jobDocument(record, { withoutStacks: !hasScope(caller, "admin") });
}

/** The record, if this caller may see it; to the others it is as unknown as one that does not exist. */
export function visibleTo<T extends { readonly queue: string }>(caller: Caller, job: T | undefined): T | undefined {
  return job !== undefined && mayTouch(caller, job.queue) ? job : undefined;
}

/** Those of the jobs that are in a queue which this caller may touch. */
export async function touchable(
  ids: readonly string[],
  caller: Caller,
  { store }: Pick<GatewayHost, "store">,
): Promise<readonly string[]> {
  if (caller.queues === undefined) return ids;
  const opened = await store();
  const own: string[] = [];
  for (const step of stepsOf(ids, STEP)) {
    for (const job of await opened.load(step)) if (job !== undefined && mayTouch(caller, job.queue)) own.push(job.id);
  }
  return own;
}

export function unknownJob(id: string): JobUnknownError {
  return new JobUnknownError(`there is no job ${JSON.stringify(id)}: never sent, or purged by its retention`, {
    details: { id },
  });
}

/**
 * The query of a list. Of a token for some queues, one of them must be named, where it has several.
 *
 * @throws ForbiddenError
 */
export function pageFor<Q extends PageQuery>(caller: Caller, query: Q): { [K in keyof Q]: Exclude<Q[K], undefined> } {
  const [only = "", ...others] = caller.queues ?? [];
  const queue = query.queue ?? (caller.queues === undefined || others.length > 0 ? undefined : only);
  if (caller.queues !== undefined) demandQueue(caller, queue ?? "");
  const given = Object.entries({ ...query, queue }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof Q]: Exclude<Q[K], undefined> };
}
