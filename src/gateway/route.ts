import type { z } from "zod";
import type { AuditEntry } from "./audit.ts";
import type { Caller } from "./caller.ts";
import type { Desk } from "./desk.ts";
import type { Scope } from "./scope.ts";

/** A request that was let in, with everything in it checked. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  readonly headers: Headers;
  /** Aborts when the caller goes away. Made on first use. */
  readonly signal: () => AbortSignal;
  /** Whether the caller would still be let in: a stream outlives the look at the token that it began with. */
  readonly mayStay: () => boolean;
  /** Facts for the audit log. */
  readonly note: (facts: Pick<AuditEntry, "queue" | "count" | "ids">) => void;
}

/** What a handler answers: a value that becomes JSON, or a stream of server-sent events. */
export type Answer =
  | { readonly status: 200 | 201 | 503; readonly body: unknown }
  | { readonly status: 200; readonly events: ReadableStream<Uint8Array> };

/** One row of the gateway's table of routes: what it takes, what it answers, and what it does. */
export interface Route<P = unknown, Q = unknown, B = unknown> {
  readonly method: "get" | "post";
  /** With its parameters in braces, as in `/v1/jobs/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** What the caller's token must allow, `any`: any token will do. Absent: none is asked for. */
  readonly scope?: Scope | "any";
  /** Whether it changes something: such requests are audited, and refused by a gateway that is read-only. */
  readonly changes?: boolean;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  /** Which form of a body that has several is meant, so that errors speak of that one. */
  readonly variant?: (body: unknown) => z.ZodType<B>;
  /** What it answers when all is well: the schema of each status, and of the data of each event. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema?: z.ZodType }>>;
  readonly events?: string;
  readonly handle: (call: Call<P, Q, B>, desk: Desk) => Promise<Answer>;
}

/** Gives a route's handler the types of its schemas, and the table one type for all. */
export function defineRoute<P, Q, B>(route: Route<P, Q, B>): Route {
  return route as unknown as Route;
}
