import { z } from "zod";
import { isFinal, toNotation } from "../../core/index.ts";
import { documentPage, documentsOf } from "../answer-size.ts";
import { type Route, defineRoute } from "../route.ts";
import { idParams, idsBody, jobDocument, jobPage, listQuery, resultDocument, waitQuery } from "../schemas.ts";
import { documentFor, pageFor, unknownJob, visibleTo } from "../visible.ts";
import { jobAfter } from "../waiting.ts";

const listJobs = defineRoute({
  method: "get",
  path: "/v1/jobs",
  tag: "Reading",
  summary: "List jobs, newest first",
  scope: "read",
  query: listQuery,
  answers: { 200: { description: "One page.", schema: jobPage } },
  handle: async ({ query, caller }, { client }) => {
    return { status: 200, body: await documentPage(caller, pageFor(caller, query), (page) => client.list(page)) };
  },
});

const readJob = defineRoute({
  method: "get",
  path: "/v1/jobs/{id}",
  tag: "Reading",
  summary: "Read a job, now or once it has finished",
  scope: "read",
  params: idParams,
  query: waitQuery,
  answers: { 200: { description: "The job as it is now, finished or not.", schema: jobDocument } },
  handle: async (call, desk) => {
    const { id } = call.params;
    const record = visibleTo(call.caller, await jobAfter(id, call.query.wait, call, desk));
    if (record === undefined) throw unknownJob(id);
    return { status: 200, body: documentFor(call.caller, record) };
  },
});

const readResult = defineRoute({
  method: "get",
  path: "/v1/jobs/{id}/result",
  tag: "Reading",
  summary: "Read a result, now or once it is there",
  description: "Answered for every id: `exists` is false while a job waits or runs, and for an unknown one.",
  scope: "read",
  params: idParams,
  query: waitQuery,
  answers: {
    200: { description: "Whether there is a result, whether it is a success, and the value.", schema: resultDocument },
  },
  handle: async (call, desk) => {
    const record = visibleTo(call.caller, await jobAfter(call.params.id, call.query.wait, call, desk));
    return {
      status: 200,
      body: {
        exists: record !== undefined && isFinal(record.state),
        success: record?.state === "succeeded",
        result: record?.state === "succeeded" ? (toNotation(record.result) ?? null) : null,
        state: record?.state ?? null,
        ...(record?.error === undefined ? {} : { error: Reflect.get(documentFor(call.caller, record), "error") }),
      },
    };
  },
});

const readMany = defineRoute({
  method: "post",
  path: "/v1/jobs/read",
  tag: "Reading",
  summary: "Read up to 1,000 jobs",
  scope: "read",
  body: idsBody,
  answers: {
    200: {
      description: "One for each id, in order; null for an unknown one.",
      schema: z.object({ jobs: z.array(jobDocument.nullable()) }),
    },
  },
  handle: async ({ body, caller }, { client }) => {
    return { status: 200, body: { jobs: await documentsOf(caller, body.ids, (ids) => client.getMany(ids)) } };
  },
});

export const readJobs: readonly Route[] = [listJobs, readJob, readResult, readMany];
