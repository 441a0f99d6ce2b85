import { z } from "zod";
import type { WorkerInfo } from "../../core/index.ts";
import { type Caller, mayTouch } from "../caller.ts";
import { type Route, defineRoute } from "../route.ts";
import { workerDocument } from "../schemas.ts";

const listWorkers = defineRoute({
  method: "get",
  path: "/v1/workers",
  tag: "Workers",
  summary: "The workers that are alive: what they serve, since when, in which version",
  scope: "read",
  answers: { 200: { description: "By name.", schema: z.object({ workers: z.array(workerDocument) }) } },
  handle: async ({ caller }, { client }) => {
    const workers = (await client.workers()).filter((worker) => concerns(caller, worker));
    return {
      status: 200,
      body: {
        workers: workers.map(({ queues, startedAt, seenAt, ...worker }) => ({
          ...worker,
          queues: Object.fromEntries(Object.entries(queues).filter(([queue]) => mayTouch(caller, queue))),
          startedAt: new Date(startedAt).toISOString(),
          seenAt: new Date(seenAt).toISOString(),
        })),
      },
    };
  },
});

const listTasks = defineRoute({
  method: "get",
  path: "/v1/tasks",
  tag: "Workers",
  summary: "The tasks that workers know, and who serves them",
  scope: "read",
  answers: {
    200: {
      description: "By name. `queues`: those of the workers that know the task.",
      schema: z.object({
        tasks: z.array(z.object({ task: z.string(), queues: z.array(z.string()), workers: z.array(z.string()) })),
      }),
    },
  },
  handle: async ({ caller }, { client }) => {
    const tasks = new Map<string, { readonly queues: Set<string>; readonly workers: string[] }>();
    for (const worker of await client.workers()) {
      if (!concerns(caller, worker)) continue;
      for (const task of worker.tasks) {
        const known = tasks.get(task) ?? { queues: new Set(), workers: [] };
        tasks.set(task, known);
        known.workers.push(worker.name);
        for (const queue of Object.keys(worker.queues)) if (mayTouch(caller, queue)) known.queues.add(queue);
      }
    }
    const list = [...tasks].map(([task, known]) => ({
      task,
      queues: [...known.queues].toSorted(),
      workers: known.workers,
    }));
    return { status: 200, body: { tasks: list.toSorted((a, b) => (a.task < b.task ? -1 : 1)) } };
  },
});

function concerns(caller: Caller, { queues }: WorkerInfo): boolean {
  return Object.keys(queues).some((queue) => mayTouch(caller, queue));
}

export const workers: readonly Route[] = [listWorkers, listTasks];
