import { z } from "zod";
import type { Route } from "./route.ts";
import { jobDocument, jobToSend, problemDocument, queueDocument, workerDocument } from "./schemas.ts";

/** Schemas that several routes share, by the name they have in the document. */
const SHARED: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [jobToSend, "JobToSend"],
  [jobDocument, "Job"],
  [queueDocument, "Queue"],
  [workerDocument, "Worker"],
  [problemDocument, "Problem"],
]);

interface Media {
  readonly schema: object;
}

/** One operation of the document. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly object[];
  readonly requestBody?: { readonly required: true; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}

/** An OpenAPI 3.1 document. */
export interface OpenApi {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>>; readonly securitySchemes: object };
}

/** Describes a table of routes: OpenAPI 3.1, whose schemas are JSON Schema as zod writes it. */
export function openApi(routes: readonly Route[], version: string): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const operations = (paths[route.path] ??= {});
    operations[route.method] = operation(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Millrace gateway",
      version,
      description: "Sends jobs to a Millrace store, reads what became of them, and looks after queues.",
    },
    paths,
    components: {
      schemas: Object.fromEntries([...SHARED].map(([schema, id]) => [id, jsonSchema(schema as z.ZodType, schema)])),
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

function operation(route: Route): Operation {
  return {
    operationId: `${route.method}${route.path.replaceAll(/[^a-zA-Z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    security: route.scope === undefined ? [] : [{ token: route.scope === "any" ? [] : [route.scope] }],
    parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query"), ...headers(route)],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: { required: true as const, content: { "application/json": { schema: jsonSchema(route.body) } } },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, { description, schema }]) => [
          status,
          { description, content: contentOf(schema, route.events) },
        ]),
      ),
      default: {
        description: "What went wrong.",
        content: { "application/problem+json": { schema: jsonSchema(problemDocument) } },
      },
    },
  };
}

function contentOf(schema: z.ZodType | undefined, events: string | undefined): Record<string, Media> {
  return {
    ...(schema === undefined ? {} : { "application/json": { schema: jsonSchema(schema) } }),
    ...(events === undefined ? {} : { "text/event-stream": { schema: { type: "string", description: events } } }),
  };
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query"): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = jsonSchema(schema) as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function headers({ path, method }: Route): object[] {
  if (path !== "/v1/jobs" || method !== "post") return [];
  const schema = { type: "string", maxLength: 255 };
  const description = "A request that is repeated with the same key finds the jobs it made.";
  return [{ name: "Idempotency-Key", in: "header", required: false, description, schema }];
}

/** JSON Schema of a schema, with those that are shared as references, but not the one it is about. */
function jsonSchema(schema: z.ZodType, about?: unknown): object {
  const shared = SHARED.get(schema);
  if (shared !== undefined && schema !== about) return { $ref: `#/components/schemas/${shared}` };
  const made = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: json }) => {
      const name = SHARED.get(zodSchema);
      if (name === undefined || (zodSchema as unknown) === schema) return;
      for (const key of Object.keys(json)) Reflect.deleteProperty(json, key);
      Object.assign(json, { $ref: `#/components/schemas/${name}` });
    },
  });
  const { $schema: _, ...rest } = made;
  return rest;
}
