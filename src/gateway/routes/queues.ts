import { z } from "zod";
import { demandQueue, mayTouch } from "../caller.ts";
import { checkName } from "../../core/index.ts";
import type { Desk } from "../desk.ts";
import { type Route, defineRoute } from "../route.ts";
import { queueDocument, queueParams } from "../schemas.ts";

const listQueues = defineRoute({
  method: "get",
  path: "/v1/queues",
  tag: "Queues",
  summary: "Every queue that has jobs or is paused, with its number of jobs by state",
  scope: "read",
  answers: { 200: { description: "By name.", schema: z.object({ queues: z.array(queueDocument) }) } },
  handle: async ({ caller }, { client }) => {
    const queues = await client.queues();
    return { status: 200, body: { queues: queues.filter(({ queue }) => mayTouch(caller, queue)) } };
  },
});

const readQueue = defineRoute({
  method: "get",
  path: "/v1/queues/{queue}",
  tag: "Queues",
  summary: "One queue, with its number of jobs by state",
  scope: "read",
  params: queueParams,
  answers: { 200: { description: "A queue without jobs has no counts.", schema: queueDocument } },
  handle: async ({ params: { queue }, caller }, { client }) => {
    checkName("queue", queue);
    demandQueue(caller, queue);
    const found = (await client.queues()).find((each) => each.queue === queue);
    return { status: 200, body: found ?? { queue, counts: {} } };
  },
});

function changing(
  verb: string,
  summary: string,
  description: string,
  change: (queue: string, desk: Desk) => Promise<object>,
  schema: z.ZodType,
): Route {
  return defineRoute({
    method: "post",
    path: `/v1/queues/{queue}/${verb}`,
    tag: "Queues",
    summary,
    description,
    scope: "admin",
    changes: true,
    params: queueParams,
    answers: { 200: { description: "Done.", schema } },
    handle: async ({ params: { queue }, caller, note }, desk) => {
      demandQueue(caller, queue);
      note({ queue });
      return { status: 200, body: { queue, ...(await change(queue, desk)) } };
    },
  });
}

const held = z.object({ queue: z.string(), paused: z.boolean() });

const pauseQueue = changing(
  "pause",
  "Hold a queue, for every worker",
  "What waits in it goes on waiting, what runs goes on running, and jobs can be sent to it.",
  async (queue, { client }) => {
    await client.pauseQueue(queue);
    return { paused: true };
  },
  held,
);

const resumeQueue = changing(
  "resume",
  "Let a queue that was paused go on",
  "Nothing happens to one that was not.",
  async (queue, { client }) => {
    await client.resumeQueue(queue);
    return { paused: false };
  },
  held,
);

const drainQueue = changing(
  "drain",
  "Cancel everything that waits in a queue",
  "Queued, scheduled and retrying jobs are cancelled. What runs goes on.",
  async (queue, { client }) => ({ cancelled: await client.drainQueue(queue) }),
  z.object({ queue: z.string(), cancelled: z.number() }),
);

export const queues: readonly Route[] = [listQueues, readQueue, pauseQueue, resumeQueue, drainQueue];
