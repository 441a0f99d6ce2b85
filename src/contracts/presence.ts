/** A worker as it announced itself. */
export interface Present {
  readonly name: string;
  /** What it said of itself. Opaque to drivers. */
  readonly about: string;
  /** When it last said so, epoch milliseconds by the store's clock. */
  readonly seenAt: number;
}

/** Optional: knowing which workers are alive. Nothing is decided by it: leases alone say who may run what. */
export interface Presence {
  /** Says that `name` is alive, for `liveMs` from now by the store's clock, and what there is to say about it. Replaces what it said before. */
  announce(name: string, about: string, liveMs: number): Promise<void>;
  /** Takes back what `name` announced. Idempotent. */
  leave(name: string): Promise<void>;
  /** Who is alive, in any order. */
  present(): Promise<readonly Present[]>;
}
