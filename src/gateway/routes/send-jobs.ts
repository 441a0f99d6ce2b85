import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { SendOptions, SendRequest, SentJob } from "../../client/index.ts";
import { checkName } from "../../core/index.ts";
import { ForbiddenError } from "../../errors/index.ts";
import { type Caller, demandQueue, mayTouch } from "../caller.ts";
import type { Desk } from "../desk.ts";
import { idempotentId } from "../idempotency.ts";
import { refused } from "../refused.ts";
import { type Call, type Route, defineRoute } from "../route.ts";
import { type JobToSend, jobToSend, jobsToSend, sent } from "../schemas.ts";

type Body = JobToSend | { readonly jobs: readonly JobToSend[] };

export const sendJobs: Route = defineRoute<unknown, unknown, Body>({
  method: "post",
  path: "/v1/jobs",
  tag: "Sending",
  summary: "Send one job, or up to 1,000 at once",
  description:
    "Answered when the store has the jobs in its durable mode. With an Idempotency-Key, a request that is repeated finds the jobs it made.",
  scope: "send",
  changes: true,
  body: z.union([jobToSend, jobsToSend]),
  variant: (body): z.ZodType<Body> =>
    typeof body === "object" && body !== null && "jobs" in body ? jobsToSend : jobToSend,
  answers: {
    201: { description: "Accepted.", schema: sent },
    200: { description: "Every one of them existed before.", schema: sent },
  },
  handle: async (call, desk) => {
    const { body, note } = call;
    const many = "jobs" in body;
    const requests = (many ? body.jobs : [body]).map((job, at) => requestOf(job, at, call, desk));
    const queues = requests.map(({ options }) => options.queue ?? "");
    for (const queue of new Set(queues)) {
      // Before it is counted: what is no name would be kept with the numbers, however long it is.
      checkName("queue", queue);
      demandQueue(call.caller, queue);
    }
    desk.backlog.admit(queues);
    const jobs = await desk.client.sendEach(requests).catch((error: unknown) => {
      desk.backlog.takeBack(queues);
      throw error;
    });
    desk.backlog.takeBack(queues.filter((_, at) => jobs[at]?.existed));
    const [queue] = queues;
    const ids = jobs.slice(0, 10).map(({ id }) => id);
    const isOne = queue !== undefined && queues.every((each) => each === queue);
    // First: of a request that is refused now, the other jobs have been accepted all the same.
    note(isOne ? { queue, count: jobs.length, ids } : { count: jobs.length, ids });
    const isKeyed = call.headers.has("idempotency-key");
    if (isKeyed || call.caller.queues !== undefined) await refuseOthers(call.caller, isKeyed, requests, jobs, desk);
    return { status: jobs.every(({ existed }) => existed) ? 200 : 201, body: many ? { jobs } : jobs[0] };
  },
});

function requestOf(job: JobToSend, at: number, { caller, headers }: Call, desk: Desk): SendRequest {
  const { task, args = [], retries, ...rest } = job;
  const key = headers.get("idempotency-key");
  const traceparent = headers.get("traceparent");
  const options: SendOptions = {
    ...(key === null ? {} : { id: idempotentId(caller, key, at) }),
    ...(traceparent === null ? {} : { traceparent }),
    ...rest,
    ...retriesOf(retries, rest.backoff),
    queue: rest.queue ?? desk.queueOf(task),
  };
  return { task, args, options };
}

/** A list of gaps is kingtask's way to say how often and when. */
function retriesOf(
  retries: JobToSend["retries"],
  backoff: SendOptions["backoff"],
): Pick<SendOptions, "retries" | "backoff"> {
  if (retries === undefined) return {};
  if (typeof retries === "number") return { retries };
  if (backoff !== undefined) throw refused(400, "give retries as a list of gaps, or backoff; not both");
  return retries.length === 0 ? { retries: 0 } : { backoff: retries };
}

/**
 * What was there before must not look like a success where it is not the sender's: of a token that is not for its queue, or,
 * with a key, another job, as one key is for one request.
 */
async function refuseOthers(
  caller: Caller,
  isKeyed: boolean,
  requests: readonly SendRequest[],
  jobs: readonly SentJob[],
  desk: Desk,
): Promise<void> {
  const existed = jobs.flatMap(({ id, existed }, at) => (existed ? [{ id, request: requests[at] }] : []));
  if (existed.length === 0) return;
  const records = await desk.client.getMany(existed.map(({ id }) => id));
  for (const [at, { id, request }] of existed.entries()) {
    const record = records[at];
    if (record === undefined || request === undefined) continue;
    if (!mayTouch(caller, record.queue)) throw takenId(caller, id);
    if (!isKeyed || (record.task === request.task && isDeepStrictEqual(record.args, request.args))) continue;
    throw refused(422, "this Idempotency-Key was used for another job; take a new one for each request", { id });
  }
}

function takenId({ name }: Caller, id: string): ForbiddenError {
  return new ForbiddenError(
    `the id ${JSON.stringify(id)} is that of a job in a queue which the token "${name}" is not for: take another id`,
    { details: { id } },
  );
}
