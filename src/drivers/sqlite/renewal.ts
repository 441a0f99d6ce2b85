import type { LeaseRef, LeaseSignal } from "../../contracts/index.ts";
import type { Engine } from "./engine.ts";
import type { HeldLeases } from "./held-leases.ts";
import type { Transactions } from "./transactions.ts";

/** What renewing stands on, and whom it tells. */
export interface RenewalSetting {
  readonly engine: Engine;
  readonly held: HeldLeases;
  readonly transactions: Transactions;
  /** One 32-bit number that the main thread raises while it is alive. */
  readonly heartbeat: SharedArrayBuffer;
  /** How long leases are renewed for a main thread that gives no sign of life. */
  readonly blockedLimitMs: number;
  readonly tell: (signals: readonly LeaseSignal[]) => void;
}

/** Renews the leases that this process holds, and says which were lost, and whose jobs were cancelled. */
export class Renewal {
  readonly #setting: RenewalSetting;
  readonly #heartbeat: Int32Array;
  readonly #cancelSignalled = new Set<string>();
  #lastBeat = 0;
  #lastBeatAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = 0;

  constructor(setting: RenewalSetting) {
    this.#setting = setting;
    this.#heartbeat = new Int32Array(setting.heartbeat);
  }

  /** Renews as long as there is something to renew. */
  arm(): void {
    const { held } = this.#setting;
    // Set anew where a shorter lease has come than those it was set for.
    if (held.size === 0 || (this.#timer !== undefined && this.#timerMs <= held.intervalMs)) return;
    clearTimeout(this.#timer);
    this.#timerMs = held.intervalMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#renew();
      this.arm();
    }, this.#timerMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** What to say of jobs whose cancellation was asked for here. */
  signalsOf(ids: readonly string[]): LeaseSignal[] {
    return ids.flatMap((id) => {
      const lease = this.#setting.held.leaseOf(id);
      return lease === undefined ? [] : this.#cancelSignal({ id, lease });
    });
  }

  /** What to say of jobs whose cancellation was asked for anywhere. */
  cancelledElsewhere(): LeaseSignal[] {
    const { held, engine } = this.#setting;
    if (held.size === 0) {
      this.#cancelSignalled.clear();
      return [];
    }
    const cancelling = engine.cancelling();
    // What has ended since is forgotten, or a worker that is never idle would gather it.
    const keys = new Set(cancelling.map(keyOf));
    for (const key of this.#cancelSignalled) if (!keys.has(key)) this.#cancelSignalled.delete(key);
    return cancelling.flatMap((lease) => (held.holds(lease) ? this.#cancelSignal(lease) : []));
  }

  /** What could not be renewed is told while it is still held, so that its effects end before another's begin. */
  giveUpLapsing(): void {
    const lapsing = this.#setting.held.dropLapsing(performance.now());
    this.#tell(lapsing.map(({ id, lease }) => ({ id, lease, signal: "lost" })));
  }

  #renew(): void {
    if (this.#isMainAlive()) {
      try {
        this.#tell(this.#extendAll());
      } catch {
        // Renewals run three times a lease: the next one may get through.
      }
    }
    this.giveUpLapsing();
  }

  #extendAll(): LeaseSignal[] {
    const { engine, held, transactions } = this.#setting;
    // What is due is counted by a clock that nobody sets; what is stored, by the one that all processes share.
    const [began, now] = [performance.now(), engine.now()];
    const due = held.due(began);
    if (due.length === 0) return [];
    const outcomes = transactions.run(() => due.map((lease) => engine.extend(lease, now + lease.leaseMs)));
    held.renewed(due, began);
    return due.flatMap((lease, at): LeaseSignal[] => {
      if (outcomes[at] === "cancel") return this.#cancelSignal(lease);
      if (outcomes[at] !== "lost") return [];
      held.drop(lease);
      return [{ id: lease.id, lease: lease.lease, signal: "lost" }];
    });
  }

  /** Each cancellation is told once. */
  #cancelSignal({ id, lease }: LeaseRef): LeaseSignal[] {
    const key = keyOf({ id, lease });
    if (this.#cancelSignalled.has(key)) return [];
    this.#cancelSignalled.add(key);
    return [{ id, lease, signal: "cancel" }];
  }

  /** A main thread blocked beyond the limit is taken for hung: its leases lapse and others run its jobs. */
  #isMainAlive(): boolean {
    const beat = Atomics.load(this.#heartbeat, 0);
    const now = performance.now();
    if (beat !== this.#lastBeat || this.#lastBeatAt === 0) {
      this.#lastBeat = beat;
      this.#lastBeatAt = now;
    }
    return now - this.#lastBeatAt < this.#setting.blockedLimitMs;
  }

  #tell(signals: readonly LeaseSignal[]): void {
    if (signals.length > 0) this.#setting.tell(signals);
  }
}

function keyOf({ id, lease }: LeaseRef): string {
  return `${lease} ${id}`;
}
