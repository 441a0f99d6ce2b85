import type { z } from "zod";
import { refused } from "./refused.ts";
import { nearest } from "../internal/nearest.ts";

/**
 * A part of a request as its schema has it.
 *
 * @throws RequestInvalidError that names every place that is wrong
 */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues
    // A key that is misspelt explains the one that is missing.
    .toSorted((a, b) => Number(b.code === "unrecognized_keys") - Number(a.code === "unrecognized_keys"))
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.map(String).join("."), message: messageOf(issue, schema) }));
  const [first] = issues;
  const place = first === undefined || first.path === "" ? what : `${what}, ${first.path}`;
  throw refused(400, `${place}: ${first?.message ?? "not what it must be"}`, { issues });
}

function messageOf(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  if (issue.code !== "unrecognized_keys") {
    return issue.message.replace(/^Invalid input: /, "").replace(/, received undefined$/, ", and it is missing");
  }
  const [key = ""] = issue.keys;
  const near = nearest(key, keysOf(schema, issue.path));
  return `there is no ${JSON.stringify(key.slice(0, 100))}${near === undefined ? "" : `; did you mean "${near}"?`}`;
}

/** The keys that the object at `path` may have, as far as the schema is plain enough to tell. */
function keysOf(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const step of path) {
    at = typeof step === "number" ? Reflect.get(Object(at), "element") : shapeOf(at)?.[String(step)];
    while (typeof Reflect.get(Object(at), "unwrap") === "function") at = (at as { unwrap: () => unknown }).unwrap();
  }
  return Object.keys(shapeOf(at) ?? {});
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const shape: unknown = Reflect.get(Object(schema), "shape");
  return typeof shape === "object" && shape !== null ? (shape as Readonly<Record<string, unknown>>) : undefined;
}
