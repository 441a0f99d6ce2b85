import { z } from "zod";
import { runPlan } from "../../core/index.ts";
import { type Route, defineRoute } from "../route.ts";
import { cancelBody, idParams } from "../schemas.ts";
import { touchable, unknownJob } from "../visible.ts";

const cancelled = z.object({
  id: z.string(),
  state: z.string().describe("`cancelled`; `running` while the task is being told; or the final state it had already."),
});

const cancelJob = defineRoute({
  method: "post",
  path: "/v1/jobs/{id}/cancel",
  tag: "Cancelling",
  summary: "Cancel a job: a waiting one at once, a running one through its signal",
  scope: "send",
  changes: true,
  params: idParams,
  answers: { 200: { description: "The state that results.", schema: cancelled } },
  handle: async ({ params: { id }, caller, note }, desk) => {
    const [own] = await touchable([id], caller, desk);
    note({ count: 1, ids: [id] });
    if (own === undefined) throw unknownJob(id);
    return { status: 200, body: { id, state: await desk.client.cancel(id) } };
  },
});

const cancelMany = defineRoute({
  method: "post",
  path: "/v1/jobs/cancel",
  tag: "Cancelling",
  summary: "Cancel up to 1,000 jobs",
  scope: "send",
  changes: true,
  body: cancelBody,
  answers: {
    200: {
      description: "The state of each, in order; null for an unknown one.",
      schema: z.object({ states: z.array(z.string().nullable()) }),
    },
  },
  handle: async ({ body: { ids, retention }, caller, note }, desk) => {
    note({ count: ids.length, ids: ids.slice(0, 10) });
    const own = await touchable(ids, caller, desk);
    const said = runPlan(retention === undefined ? {} : { retention });
    const found = await desk.client.cancelMany(own, said);
    const states = new Map(own.map((id, at) => [id, found[at]]));
    return { status: 200, body: { states: ids.map((id) => states.get(id) ?? null) } };
  },
});

export const cancelJobs: readonly Route[] = [cancelJob, cancelMany];
