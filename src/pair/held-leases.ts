import type { Lease, LeaseRef } from "../contracts/index.ts";

/** Most settlements remembered from exchanges that failed half-way and were not repeated. */
const REMEMBERED = 10_000;

/** What a pair has to know between two exchanges: a settlement names its lease, but the record is made from all of it. */
export class HeldLeases {
  readonly #leases = new Map<string, Lease>();
  readonly #applied = new Set<string>();

  add(lease: Lease): void {
    this.#leases.set(lease.id, lease);
  }

  get({ id, lease }: LeaseRef): Lease | undefined {
    const held = this.#leases.get(id);
    return held?.lease === lease ? held : undefined;
  }

  drop(ref: LeaseRef): void {
    if (this.get(ref) !== undefined) this.#leases.delete(ref.id);
  }

  /** Remembers a settlement that was applied in an exchange which fails all the same, so that its repetition is too. */
  remember(ref: LeaseRef): void {
    this.#applied.add(key(ref));
    const [oldest] = this.#applied;
    if (this.#applied.size > REMEMBERED && oldest !== undefined) this.#applied.delete(oldest);
  }

  wasApplied(ref: LeaseRef): boolean {
    return this.#applied.has(key(ref));
  }

  /** The settlement's outcome has reached whoever asked. */
  forget(ref: LeaseRef): void {
    this.#applied.delete(key(ref));
  }
}

function key({ id, lease }: LeaseRef): string {
  return `${lease} ${id}`;
}
