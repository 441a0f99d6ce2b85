import type { ExchangeReply, ExchangeRequest, LeaseRef } from "../../contracts/index.ts";
import { ChurningMap } from "../../internal/churning-map.ts";

interface Held {
  readonly lease: number;
  leaseMs: number;
  renewedAt: number;
}

/** Renewals within the life of a lease: two may fail. */
const RENEWALS = 3;
/** The share of a lease's life after which a lease that could not be renewed is given up. */
const LAST_MOMENT = 0.9;

/** The leases that this process holds, by job id. Every `now` is of a clock that nobody sets, in milliseconds. */
export class HeldLeases {
  readonly #held = new ChurningMap<string, Held>();
  #shortestMs = Number.POSITIVE_INFINITY;

  get size(): number {
    return this.#held.size;
  }

  /** How often to look for leases to renew. */
  get intervalMs(): number {
    return this.#shortestMs / RENEWALS;
  }

  /** Takes note of what an exchange settled and gave. */
  follow(request: ExchangeRequest, reply: ExchangeReply, now: number): void {
    for (const [at, settlement] of (request.settle ?? []).entries()) {
      if (reply.settled[at] !== "cancelled") this.drop(settlement);
    }
    for (const [at, extension] of (request.extend ?? []).entries()) {
      if (reply.extended[at] === "lost") this.drop(extension);
      else this.#extended(extension, request.leaseMs, now);
    }
    const leaseMs = request.reserve?.leaseMs ?? request.leaseMs;
    for (const { id, lease } of reply.leases) this.#held.set(id, { lease, leaseMs, renewedAt: now });
    if (reply.leases.length > 0) this.#shortestMs = Math.min(this.#shortestMs, leaseMs);
  }

  drop({ id, lease }: LeaseRef): void {
    if (this.#held.get(id)?.lease === lease) this.#held.delete(id);
  }

  holds({ id, lease }: LeaseRef): boolean {
    return this.#held.get(id)?.lease === lease;
  }

  leaseOf(id: string): number | undefined {
    return this.#held.get(id)?.lease;
  }

  /** Those whose renewal is due. */
  due(now: number): (LeaseRef & { leaseMs: number })[] {
    const due: (LeaseRef & { leaseMs: number })[] = [];
    for (const [id, held] of this.#held) {
      if (now - held.renewedAt >= held.leaseMs / RENEWALS) due.push({ id, lease: held.lease, leaseMs: held.leaseMs });
    }
    return due;
  }

  /** Drops and returns those that will lapse before they can be renewed: their holder must stop while it is still theirs. */
  dropLapsing(now: number): LeaseRef[] {
    const lapsing: LeaseRef[] = [];
    for (const [id, held] of this.#held) {
      if (now - held.renewedAt < held.leaseMs * LAST_MOMENT) continue;
      this.#held.delete(id);
      lapsing.push({ id, lease: held.lease });
    }
    return lapsing;
  }

  renewed(leases: readonly LeaseRef[], now: number): void {
    for (const { id } of leases) {
      const held = this.#held.get(id);
      if (held !== undefined) held.renewedAt = now;
    }
  }

  #extended({ id, lease }: LeaseRef, leaseMs: number, now: number): void {
    const held = this.#held.get(id);
    if (held?.lease !== lease) return;
    held.leaseMs = leaseMs;
    held.renewedAt = now;
    this.#shortestMs = Math.min(this.#shortestMs, leaseMs);
  }
}
