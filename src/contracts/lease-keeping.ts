import type { LeaseRef } from "./lease.ts";

/** Something that a holder of leases must know at once. */
export interface LeaseSignal extends LeaseRef {
  readonly signal: "lost" | "cancel";
}

/**
 * Optional: the driver renews every lease it gave to this process until it is settled, from outside the main thread,
 * so that a handler which blocks the event loop does not lose its job.
 */
export interface LeaseKeeping {
  /** Calls `listener` with leases that were lost or whose cancellation was requested. Returns how to stop. */
  onSignal(listener: (signals: readonly LeaseSignal[]) => void): () => void;
  /** Stops renewing these leases, so that they lapse. */
  abandon(leases: readonly LeaseRef[]): void;
}
