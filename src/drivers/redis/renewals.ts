import { type LeaseBoard, steadyMs } from "./lease-board.ts";

/** Leases of one worker in one partition that live equally long: they are renewed together, by one command. */
export interface RenewedHolder {
  readonly slot: number;
  readonly prefix: string;
  readonly name: string;
  readonly leaseMs: number;
}

export interface RenewalLines {
  /** Renews holders of one partition; says for each whether it may have lost leases. */
  readonly renew: (prefix: string, holders: readonly RenewedHolder[]) => Promise<readonly boolean[]>;
  /** Slots of holders that may have lost leases. */
  readonly onDoubt: (slots: readonly number[]) => void;
  /** Slots of holders whose leases will lapse before they can be renewed. */
  readonly onLapsing: (slots: readonly number[]) => void;
}

/** Renewals within the life of a lease: two may fail. */
const RENEWALS = 3;
/** The share of a lease's life after which what could not be renewed is given up. */
const LAST_MOMENT = 0.9;
/** Looks at the clock within the life of a lease. */
const LOOKS = 12;

/** Renews what is held, three times in the life of a lease. */
export class Renewals {
  readonly #board: LeaseBoard;
  readonly #lines: RenewalLines;
  readonly #blockedLimitMs: number;
  readonly #holders = new Map<number, RenewedHolder>();
  readonly #givenUp = new Set<number>();
  /** Partitions that are being asked. */
  readonly #asking = new Set<string>();
  /** Partitions that have not answered what they were asked last: not yet, or not at all. */
  readonly #unanswered = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #beats = -1;
  #beatAt = 0;

  constructor(board: LeaseBoard, blockedLimitMs: number, lines: RenewalLines) {
    this.#board = board;
    this.#blockedLimitMs = blockedLimitMs;
    this.#lines = lines;
  }

  /** Takes a holder in, or another name of it. */
  add(holder: RenewedHolder): void {
    this.#holders.set(holder.slot, holder);
    this.#arm();
  }

  all(): RenewedHolder[] {
    return [...this.#holders.values()];
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    if (this.#closed || this.#holders.size === 0) return;
    clearTimeout(this.#timer);
    const shortestMs = Math.min(...this.all().map(({ leaseMs }) => leaseMs));
    this.#timer = setTimeout(
      () => {
        this.#turn();
        this.#arm();
      },
      Math.min(shortestMs / LOOKS, 2 ** 31 - 1),
    );
    this.#timer.unref();
  }

  #turn(): void {
    const now = steadyMs();
    const held = this.all().filter(({ slot }) => this.#board.held(slot) > 0);
    const due = held.filter(
      ({ slot, leaseMs }) => now - this.#board.renewedAt(slot) >= leaseMs / RENEWALS - leaseMs / LOOKS / 2,
    );
    const isAlive = this.#isMainAlive();
    // Before anything is asked now: this turn may come late itself, and what was not tried has not failed.
    this.#giveUpLapsing(isAlive ? held.filter(({ prefix }) => this.#unanswered.has(prefix)) : held);
    for (const [prefix, holders] of Map.groupBy(due, ({ prefix }) => prefix)) {
      // An answer that does not come must not keep from noticing what it means.
      if (isAlive && !this.#asking.has(prefix)) void this.#renew(prefix, holders, now);
    }
  }

  async #renew(prefix: string, holders: readonly RenewedHolder[], now: number): Promise<void> {
    this.#asking.add(prefix);
    this.#unanswered.add(prefix);
    try {
      const doubts = await this.#lines.renew(prefix, holders);
      this.#unanswered.delete(prefix);
      for (const { slot } of holders) this.#board.setRenewedAt(slot, Math.max(now, this.#board.renewedAt(slot)));
      const doubtful = holders.filter((_, at) => doubts[at]).map(({ slot }) => slot);
      if (doubtful.length > 0) this.#lines.onDoubt(doubtful);
    } catch {
      // Renewals run three times a lease: the next one may get through.
    } finally {
      this.#asking.delete(prefix);
    }
  }

  /** What could not be renewed is told while it is still held, so that its effects end before another's begin. */
  #giveUpLapsing(holders: readonly RenewedHolder[]): void {
    const now = steadyMs();
    const lapsing: number[] = [];
    for (const { slot, leaseMs } of holders) {
      const late = now - this.#board.renewedAt(slot) >= leaseMs * LAST_MOMENT;
      if (!late) this.#givenUp.delete(slot);
      else if (!this.#givenUp.has(slot)) lapsing.push(slot);
    }
    for (const slot of lapsing) this.#givenUp.add(slot);
    if (lapsing.length > 0) this.#lines.onLapsing(lapsing);
  }

  /** A main thread blocked beyond the limit is taken for hung: its leases lapse and others run its jobs. */
  #isMainAlive(): boolean {
    const { beats } = this.#board;
    const now = steadyMs();
    if (beats !== this.#beats) {
      this.#beats = beats;
      this.#beatAt = now;
    }
    return now - this.#beatAt < this.#blockedLimitMs;
  }
}
