/** A job on its way in. Everything in it was validated and encoded by the client; a driver stores it as it is. */
export interface NewJob {
  /** Unique in the namespace; 1–128 printable ASCII characters. */
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  /** 0–9; higher is reserved first. */
  readonly priority: number;
  /** Arguments, sender's options and metadata as one text. Opaque to drivers. */
  readonly body: string;
  /** Earliest start, milliseconds from acceptance by the store's clock. At most one of `delayMs` and `runAt` is set. */
  readonly delayMs?: number | undefined;
  /** Earliest start, epoch milliseconds, taken as given. Not later than the store's now: the job is queued at once. */
  readonly runAt?: number | undefined;
  /** The job must have started by then, epoch milliseconds, taken as given. */
  readonly expireAt?: number | undefined;
  /** The same, as milliseconds from acceptance by the store's clock. At most one of the two is set. */
  readonly expireAfterMs?: number | undefined;
  /** Fencing tokens of this job start above this. Set when a finished job is enqueued again. Default 0. */
  readonly lease?: number | undefined;
}

/** `exists`: a job with this id was there already; the new one was dropped and nothing changed. */
export type EnqueueOutcome = "accepted" | "exists";
