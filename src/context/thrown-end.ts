import { FailSignal, RetrySignal } from "./retry-signal.ts";

/** How a body ended its attempt, when it did so by throwing. */
export type ThrownEnd =
  | { readonly kind: "error"; readonly error: unknown }
  /** It asked for another attempt. */
  | { readonly kind: "retry"; readonly error: unknown; readonly afterMs: number | undefined }
  /** Not to be tried again. */
  | { readonly kind: "permanent"; readonly error: unknown };

/** What was thrown, taken apart. */
export function thrownEnd(thrown: unknown): ThrownEnd {
  if (thrown instanceof RetrySignal) return { kind: "retry", error: thrown.cause, afterMs: thrown.afterMs };
  if (thrown instanceof FailSignal) return { kind: "permanent", error: thrown.cause };
  return { kind: "error", error: thrown };
}

/** What to throw for the same end. */
export function thrownFor(end: ThrownEnd): unknown {
  if (end.kind === "retry") return new RetrySignal(end.error, end.afterMs);
  return end.kind === "permanent" ? new FailSignal(end.error) : end.error;
}
