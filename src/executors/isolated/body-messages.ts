import type { JobFacts, ThrownEnd } from "../../context/index.ts";
import type { Metadata, StoredError } from "../../core/index.ts";

/** A job on its way into a thread or process. */
export interface SentJob extends JobFacts {
  readonly args: readonly unknown[];
  readonly attemptsAllowed: number;
  readonly meta?: Metadata | undefined;
  readonly traceparent?: string | undefined;
  readonly deadline?: number | undefined;
}

/** What its function threw: data here, since no class survives the way. */
interface SentThrown {
  readonly kind: ThrownEnd["kind"];
  readonly error: StoredError;
  readonly afterMs?: number | undefined;
}

/** What is said to a thread or process: a job, as text where it can be one, since copying objects costs more. */
export type ToBody = string | SentJob;

/** What a thread or process says. One job is under way at a time. */
export type FromBody =
  /** Its function's value, encoded, so that it is checked as strictly as one from this thread. Empty: `undefined`. */
  | string
  /** The module is loaded. */
  | { readonly type: "ready" }
  /** It could not be. */
  | { readonly type: "unready"; readonly error: StoredError }
  | { readonly type: "progress"; readonly value: string | undefined }
  | { readonly type: "log"; readonly line: string }
  /** The function set how many attempts are allowed in all. */
  | { readonly type: "attempts"; readonly allowed: number }
  | { readonly type: "thrown"; readonly thrown: SentThrown };

/** What a thread or process needs to know once. */
export interface BodySetting {
  /** URL of the module that defines its tasks. */
  readonly module: string;
  readonly maxPayloadBytes: number;
}
