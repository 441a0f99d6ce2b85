import { ForbiddenError } from "../errors/index.ts";
import { SCOPES, type Scope } from "./scope.ts";

/** Who makes a request. */
export interface Caller {
  /** The token's name, for the audit log; `anonymous` where none is asked for. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The only queues it may touch; absent: all. */
  readonly queues?: ReadonlySet<string>;
}

/** Whoever reaches a gateway that listens on loopback alone and has no tokens. */
export const ANONYMOUS: Caller = { name: "anonymous", scopes: new Set(SCOPES) };

export function hasScope({ scopes }: Caller, scope: Scope): boolean {
  return scopes.has(scope) || scopes.has("admin");
}

export function mayTouch({ queues }: Caller, queue: string): boolean {
  return queues === undefined || queues.has(queue);
}

/** @throws ForbiddenError */
export function demandScope(caller: Caller, scope: Scope): void {
  if (hasScope(caller, scope)) return;
  throw new ForbiddenError(
    `the token "${caller.name}" may ${[...caller.scopes].join(" and ")}, not ${scope}: use one with the scope ${scope}`,
    { details: { scope } },
  );
}

/** @throws ForbiddenError */
export function demandQueue(caller: Caller, queue: string): void {
  if (mayTouch(caller, queue)) return;
  throw new ForbiddenError(
    `the token "${caller.name}" is for ${[...(caller.queues ?? [])].join(", ")}, not for the queue "${queue}"`,
    { details: { queue } },
  );
}
