/** The right to one attempt at one job, for a limited time. */
export interface Lease {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly priority: number;
  readonly body: string;
  /** The fencing token: raised by every reservation of this job, never reset. */
  readonly lease: number;
  /** Number of this attempt, from 1: charged attempts so far, plus one. */
  readonly attempt: number;
  /** How many earlier leases of this job lapsed unsettled. */
  readonly crashes: number;
  /** When the store accepted the job, epoch milliseconds by the store's clock. */
  readonly createdAt: number;
  /** When this lease was given, epoch milliseconds by the store's clock. */
  readonly reservedAt: number;
  /** What the last charged settlement left in `trail`. Opaque to drivers. */
  readonly trail?: string | undefined;
  readonly expireAt?: number | undefined;
  /**
   * Why this job must not run, where the store knows a reason. The holder settles it at once.
   * `cancelled`: cancellation was requested · `expired`: `expireAt` is past by the store's clock ·
   * `unknown-task`: it was parked for `parkMs` and no worker that knows its task came.
   */
  readonly verdict?: "cancelled" | "expired" | "unknown-task" | undefined;
}

/** Names one lease. */
export interface LeaseRef {
  readonly id: string;
  readonly lease: number;
}
