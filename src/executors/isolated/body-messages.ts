import type { JobFacts, ThrownEnd } from "../../context/index.ts";
import type { Metadata, StoredError } from "../../core/index.ts";

/** A job on its way into a thread or process: flat, and without what it does not have, as every key is copied. */
export interface SentJob extends JobFacts {
  readonly args: readonly unknown[];
  readonly attemptsAllowed: number;
  readonly meta?: Metadata;
  readonly traceparent?: string;
  readonly deadline?: number;
}

/** How its function ended: what it threw is data here, since no class survives the way. */
export type SentEnd =
  /** Encoded, so that it is checked as strictly as one from this thread. */
  | { readonly kind: "value"; readonly value: string | undefined }
  | { readonly kind: ThrownEnd["kind"]; readonly error: StoredError; readonly afterMs?: number | undefined };

/** What a thread or process says. One job is under way at a time. */
export type FromBody =
  /** The module is loaded. */
  | { readonly type: "ready" }
  /** It could not be. */
  | { readonly type: "unready"; readonly error: StoredError }
  | { readonly type: "progress"; readonly value: string | undefined }
  | { readonly type: "log"; readonly line: string }
  /** The function set how many attempts are allowed in all. */
  | { readonly type: "attempts"; readonly allowed: number }
  | { readonly type: "end"; readonly end: SentEnd };

/** What a thread or process needs to know once. */
export interface BodySetting {
  /** URL of the module that defines its tasks. */
  readonly module: string;
  readonly maxPayloadBytes: number;
}
