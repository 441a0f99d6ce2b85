import { z } from "zod";
import { ForbiddenError } from "../../errors/index.ts";
import { documentPage } from "../answer-size.ts";
import { type Route, defineRoute } from "../route.ts";
import { type DeadChoice, allDead, deadQuery, jobDocument, jobPage, namedDead, purgeAllDead } from "../schemas.ts";
import { documentFor, pageFor, touchable } from "../visible.ts";

const listDead = defineRoute({
  method: "get",
  path: "/v1/dead",
  tag: "Dead letters",
  summary: "List dead letters, newest first: jobs that failed for good",
  scope: "read",
  query: deadQuery,
  answers: { 200: { description: "One page.", schema: jobPage } },
  handle: async ({ query, caller }, { client }) => {
    return { status: 200, body: await documentPage(caller, pageFor(caller, query), (page) => client.dead.list(page)) };
  },
});

const replayDead = defineRoute<unknown, unknown, DeadChoice>({
  method: "post",
  path: "/v1/dead/replay",
  tag: "Dead letters",
  summary: "Run dead letters again: those named, or all, or all of a queue or a task",
  scope: "admin",
  changes: true,
  body: z.union([namedDead, allDead]),
  variant: (body) => (isForAll(body) ? allDead : namedDead),
  answers: {
    200: {
      description: "How many wait again; and of those named, the jobs as they are now.",
      schema: z.object({ count: z.number(), jobs: z.array(jobDocument).optional() }),
    },
  },
  handle: async ({ body, caller, note }, desk) => {
    if (body.ids === undefined) {
      const count = await desk.client.dead.replayAll(pageFor(caller, { queue: body.queue, task: body.task }));
      note({ ...(body.queue === undefined ? {} : { queue: body.queue }), count });
      return { status: 200, body: { count } };
    }
    const jobs = await desk.client.dead.replay(await touchable(body.ids, caller, desk));
    note({ count: jobs.length, ids: jobs.slice(0, 10).map(({ id }) => id) });
    return { status: 200, body: { count: jobs.length, jobs: jobs.map((job) => documentFor(caller, job)) } };
  },
});

const purgeDead = defineRoute<unknown, unknown, DeadChoice>({
  method: "post",
  path: "/v1/dead/purge",
  tag: "Dead letters",
  summary: "Delete dead letters: those named, or all",
  scope: "admin",
  changes: true,
  body: z.union([namedDead, purgeAllDead]),
  variant: (body) => (isForAll(body) ? purgeAllDead : namedDead),
  answers: { 200: { description: "How many were deleted.", schema: z.object({ count: z.number() }) } },
  handle: async ({ body, caller, note }, desk) => {
    if (body.ids === undefined && caller.queues !== undefined) {
      throw new ForbiddenError(`the token "${caller.name}" is for some queues only: name the dead letters to delete`);
    }
    const ids = body.ids === undefined ? undefined : await touchable(body.ids, caller, desk);
    const count = await desk.client.dead.purge(ids);
    note({ count, ...(ids === undefined ? {} : { ids: ids.slice(0, 10) }) });
    return { status: 200, body: { count } };
  },
});

function isForAll(body: unknown): boolean {
  return typeof body === "object" && body !== null && "all" in body;
}

export const deadLetters: readonly Route[] = [listDead, replayDead, purgeDead];
