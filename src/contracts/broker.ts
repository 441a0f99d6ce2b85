import type { BrokerCapabilities } from "./capabilities.ts";
import type { Checkup } from "./checkup.ts";
import type { ExchangeReply, ExchangeRequest } from "./exchange.ts";
import type { Lease } from "./lease.ts";
import type { LeaseKeeping } from "./lease-keeping.ts";
import type { EnqueueOutcome, NewJob } from "./new-job.ts";
import type { Presence } from "./presence.ts";
import type { QueueControl } from "./queue-control.ts";

/** What a worker waits for while a queue has nothing for it. */
export interface WaitRequest {
  readonly queues: readonly string[];
  readonly tasks: readonly string[];
  /** Resolve after this long in any case. */
  readonly maxMs: number;
  readonly signal: AbortSignal;
  /** Whose reservation with `handOver` it follows. */
  readonly handOver?: { readonly worker: string; readonly leaseMs: number };
}

/**
 * Carries jobs from clients to workers.
 *
 * All methods may be called concurrently and from the moment `open` has resolved until `close` is called; afterwards they
 * reject with `ClosedError`. A failure that may pass rejects with a `MillraceError` whose `retryable` is true
 * (`StoreUnavailableError`, `StoreFullError`); the caller repeats the identical call. A driver never retries,
 * never validates and never decodes a body: core does that once for all drivers. Time is the store's own clock.
 */
export interface Broker {
  readonly capabilities: BrokerCapabilities;
  /** Present where the driver keeps leases itself; see {@link LeaseKeeping}. Otherwise the worker extends them. */
  readonly leaseKeeping?: LeaseKeeping;
  /** Present where the driver can tell how its system is. */
  readonly checkup?: Checkup;
  /** Present where queues can be paused. */
  readonly queueControl?: QueueControl;
  /** Present where workers can announce themselves. */
  readonly presence?: Presence;

  /** Connects, creates what is missing, checks what is there. Called once. Rejects rather than start half-usable. */
  open(): Promise<void>;

  /** Finishes what is under way, then lets go of everything that `open` took. Idempotent. Jobs in flight stay leased. */
  close(): Promise<void>;

  /**
   * Accepts jobs, all or none; resolves when they are durable in the configured mode. Outcomes are in the order given.
   * Idempotent by id: a job whose id is there already (waiting, leased, or finished and still kept) is left untouched.
   * Within a queue and priority, jobs are reserved in the order of acceptance. At most 1,000 jobs a call.
   */
  enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]>;

  /**
   * Settles, then extends, then reserves, in one step where the system can. Never waits for jobs: an empty answer
   * comes at once. Settling or extending a lease that is not the job's current one changes nothing and says so.
   * Before it reserves, the broker makes due what is due: scheduled and retrying jobs whose time has come are queued,
   * and jobs whose lease has lapsed are queued again with `crashes` raised by one. At most 1,000 entries of each kind.
   */
  exchange(request: ExchangeRequest): Promise<ExchangeReply>;

  /**
   * Resolves as soon as a reservation of these queues may find something, now or later, at the latest after `maxMs`; also when `signal`
   * aborts. May resolve for nothing; must not miss a job that was accepted, or became due, or lapsed, after the call.
   * Costs nothing while it waits, and never rejects because of a passing failure: it waits on.
   * With `handOver`, a driver may resolve with leases that it gave meanwhile; they count as reserved.
   */
  wait(request: WaitRequest): Promise<readonly Lease[] | undefined>;
}
