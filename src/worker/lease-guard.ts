import type { Clock, Lease, LeaseKeeping, LeaseRef, Logger, Store, Timer } from "../contracts/index.ts";
import { ChurningMap } from "../internal/churning-map.ts";
import type { Conversation } from "./conversation.ts";
import type { RunningJob } from "./running-job.ts";

/** Notes of this long are told together. */
const NOTES_MS = 100;
/** Renewals of a lease within its life: two may fail. */
const RENEWALS = 3;

/** Renewals tell of cancellation too, which is not to take long. */
const HEARING_MS = 1_000;

/** What the guard needs of a worker's host. */
interface Surroundings {
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface LeaseEvents {
  readonly onLost: (id: string, lease: number) => void;
  readonly onCancel: (id: string, lease: number) => void;
}

/**
 * Keeps the worker's leases alive, and hears through them: of cancellation, and of leases that are gone. Where the driver
 * keeps leases itself this only listens. Tells the store what running jobs note of themselves.
 */
export class LeaseGuard {
  readonly #conversation: Conversation;
  readonly #clock: Clock;
  readonly #events: LeaseEvents;
  readonly #keeping: LeaseKeeping | undefined;
  readonly #everyMs: number;
  readonly #held = new ChurningMap<string, LeaseRef>();
  readonly #noted = new Set<RunningJob>();
  readonly #unlisten: (() => void) | undefined;
  #renewal: Timer | undefined;
  #notes: Timer | undefined;
  #closed = false;

  constructor(
    store: Store,
    conversation: Conversation,
    { clock, logger }: Surroundings,
    leaseMs: number,
    events: LeaseEvents,
  ) {
    this.#conversation = conversation;
    this.#clock = clock;
    this.#events = events;
    this.#keeping = store.leaseKeeping;
    if (this.#keeping === undefined && store.capabilities.shared) {
      logger.warn(
        "leases are renewed on the main thread here: a job that blocks the event loop longer than its lease may be run by another process too",
        { leaseMs },
      );
    }
    this.#everyMs = Math.min(leaseMs / RENEWALS, HEARING_MS);
    this.#unlisten = this.#keeping?.onSignal((signals) => {
      for (const { id, lease, signal } of signals) {
        if (signal === "lost") events.onLost(id, lease);
        else events.onCancel(id, lease);
      }
    });
  }

  hold(leases: readonly Lease[]): void {
    if (this.#keeping !== undefined) return;
    for (const { id, lease } of leases) this.#held.set(id, { id, lease });
    this.#arm();
  }

  /** The lease is settled. */
  drop({ id, lease }: LeaseRef): void {
    if (this.#held.get(id)?.lease === lease) this.#held.delete(id);
  }

  noted(job: RunningJob): void {
    this.#noted.add(job);
    this.#notes ??= this.#clock.setTimer(NOTES_MS, () => this.#tell());
  }

  /** The job's last notes go with its settlement. */
  forgetNotes(job: RunningJob): void {
    this.#noted.delete(job);
  }

  close(): void {
    this.#closed = true;
    this.#unlisten?.();
    this.#renewal?.cancel();
    this.#notes?.cancel();
  }

  #arm(): void {
    if (this.#closed || this.#held.size === 0) return;
    this.#renewal ??= this.#clock.setTimer(this.#everyMs, () => {
      this.#renewal = undefined;
      for (const lease of this.#held.values()) this.#extend(lease, undefined);
      this.#arm();
    });
  }

  #tell(): void {
    this.#notes = undefined;
    for (const { lease, notes } of this.#noted) this.#extend({ id: lease.id, lease: lease.lease }, notes);
    this.#noted.clear();
  }

  #extend({ id, lease }: LeaseRef, notes: string | undefined): void {
    this.#conversation.extend({ id, lease, ...(notes === undefined ? {} : { notes }) }, (outcome) => {
      if (outcome === "lost") {
        this.drop({ id, lease });
        this.#events.onLost(id, lease);
      } else if (outcome === "cancel") {
        this.#events.onCancel(id, lease);
      }
    });
  }
}
