import { z } from "zod";
import { hasScope } from "../caller.ts";
import type { Desk } from "../desk.ts";
import { type EventSource, eventStream } from "../event-stream.ts";
import { Finishes } from "../finishes.ts";
import { JobEvents } from "../job-events.ts";
import { type Answer, type Route, defineRoute } from "../route.ts";
import { idParams, jobDocument, waitBody } from "../schemas.ts";
import { waitMs } from "../waiting.ts";
import { touchable, unknownJob, visibleTo } from "../visible.ts";

const followJob = defineRoute({
  method: "get",
  path: "/v1/jobs/{id}/events",
  tag: "Following",
  summary: "Follow a job: its states, progress and log lines, to its end",
  scope: "read",
  params: idParams,
  answers: { 200: { description: "A stream that ends with the job." } },
  events: "`state`, `progress`, `log`, and `end` with the job as the last; `gone` when its record is removed.",
  handle: async ({ params: { id }, caller, mayStay }, desk) => {
    const store = await desk.store();
    const [job] = await store.load([id]);
    const visible = visibleTo(caller, job);
    if (visible === undefined) throw unknownJob(id);
    const withoutStacks = !hasScope(caller, "admin");
    return streamed(desk, mayStay, (changed) => {
      return new JobEvents(visible, withoutStacks, (listener) => desk.feed.follow(id, listener), changed);
    });
  },
});

const waitForJobs = defineRoute({
  method: "post",
  path: "/v1/jobs/wait",
  tag: "Following",
  summary: "Wait for up to 1,000 jobs",
  description:
    "Answered as soon as one of them has finished or is unknown, or with none when the time is over. With `Accept: text/event-stream`, a stream that tells of each and ends with the last.",
  scope: "read",
  body: waitBody,
  answers: {
    200: {
      description: "Those that have finished (`job` is null for an unknown one), and the ids of those that have not.",
      schema: z.object({
        jobs: z.array(z.object({ id: z.string(), job: jobDocument.nullable() })),
        waiting: z.array(z.string()),
      }),
    },
  },
  events: "`job` with `id` and `job` for each, and `end`.",
  handle: async ({ body, caller, headers, signal, mayStay }, desk) => {
    const ids = [...new Set(body.ids)];
    const timeout = waitMs(body.timeout ?? 30_000);
    const store = await desk.store();
    const own = await touchable(ids, caller, desk);
    const others = own.length === ids.length ? [] : without(ids, own);
    if (headers.get("accept")?.includes("text/event-stream") === true) {
      return streamed(desk, mayStay, (changed) => new Finishes(own, others, timeout, caller, desk, store, changed));
    }
    const release = desk.streams.take();
    try {
      const { promise, resolve } = Promise.withResolvers<void>();
      const finishes = new Finishes(own, others, timeout, caller, desk, store, resolve);
      const gone = signal();
      gone.addEventListener("abort", () => resolve(), { once: true });
      if (gone.aborted) resolve();
      await promise;
      finishes.close();
      return { status: 200, body: { jobs: finishes.take(), waiting: finishes.waiting } };
    } finally {
      release();
    }
  },
});

function without(ids: readonly string[], some: readonly string[]): readonly string[] {
  const left = new Set(ids);
  for (const id of some) left.delete(id);
  return [...left];
}

function streamed(desk: Desk, mayStay: () => boolean, connect: (changed: () => void) => EventSource): Answer {
  const release = desk.streams.take();
  return { status: 200, events: eventStream(connect, release, mayStay, desk.closing) };
}

export const followJobs: readonly Route[] = [followJob, waitForJobs];
