import type { Lease, LeaseRef } from "../contracts/index.ts";
import { ChurningMap } from "../internal/churning-map.ts";

/** Most settlements remembered from exchanges that failed half-way and were not repeated. */
const REMEMBERED = 10_000;

/** What a pair has to know between two exchanges: a settlement names its lease, but the record is made from all of it. */
export class HeldLeases {
  readonly #leases = new ChurningMap<string, Lease>();
  readonly #applied = new Set<string>();
  readonly #claims = new Map<string, Promise<void>>();

  /**
   * Waits until no other exchange is about to settle these leases, then keeps others waiting until `done` is called.
   * Between the record and the broker a lease is settled once, because it is settled by one at a time.
   */
  async claim(refs: readonly LeaseRef[]): Promise<() => void> {
    const keys = refs.map(key);
    // All at once or none, so that two exchanges can never wait for each other.
    for (let busy = this.#busy(keys); busy !== undefined; busy = this.#busy(keys)) await busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const each of keys) this.#claims.set(each, promise);
    return () => {
      for (const each of keys) this.#claims.delete(each);
      resolve();
    };
  }

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

  #busy(keys: readonly string[]): Promise<void> | undefined {
    const busy = keys.find((each) => this.#claims.has(each));
    return busy === undefined ? undefined : this.#claims.get(busy);
  }
}

function key({ id, lease }: LeaseRef): string {
  return `${lease} ${id}`;
}
