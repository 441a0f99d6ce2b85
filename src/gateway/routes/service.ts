import { z } from "zod";
import { type Route, defineRoute } from "../route.ts";

const about = defineRoute({
  method: "get",
  path: "/v1",
  tag: "The gateway",
  summary: "What answers here, and what this token may do",
  scope: "any",
  answers: {
    200: {
      description: "The gateway.",
      schema: z.object({
        service: z.literal("millrace"),
        version: z.string(),
        namespace: z.string(),
        caller: z.object({ name: z.string(), scopes: z.array(z.string()), queues: z.array(z.string()).optional() }),
        readOnly: z.boolean(),
        maxBodyBytes: z.number(),
      }),
    },
  },
  handle: async ({ caller: { name, scopes, queues } }, { version, namespace, readOnly, maxBodyBytes }) => {
    const caller = { name, scopes: [...scopes], ...(queues === undefined ? {} : { queues: [...queues] }) };
    return { status: 200, body: { service: "millrace", version, namespace, caller, readOnly, maxBodyBytes } };
  },
});

const health = defineRoute({
  method: "get",
  path: "/health",
  tag: "The gateway",
  summary: "Whether the process answers",
  answers: { 200: { description: "It does.", schema: z.object({ status: z.literal("ok") }) } },
  handle: async () => ({ status: 200, body: { status: "ok" } }),
});

const readinessSchema = z.object({
  ready: z.boolean(),
  sinceWriteMs: z.number().describe("Milliseconds since the store last took a write."),
  sinceReserveMs: z.number().describe("Milliseconds since the store last answered a reservation."),
});

const ready = defineRoute({
  method: "get",
  path: "/ready",
  tag: "The gateway",
  summary: "Whether the store works: it took a write and answered a reservation within the last 8 s",
  answers: {
    200: { description: "It does.", schema: readinessSchema },
    503: { description: "It does not.", schema: readinessSchema },
  },
  handle: async (_call, { probe }) => {
    const { readiness } = probe;
    return { status: readiness.ready ? 200 : 503, body: readiness };
  },
});

export const service: readonly Route[] = [about, health, ready];
