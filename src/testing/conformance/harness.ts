/**
 * What a driver or its harness has beyond the required. `durable`, `inspection`, `lease-keeping`, `queue-control` and `presence` are compared with what the driver
 * declares, so that no check is left out in silence. `connections`: the harness can open several to the same data, which a
 * `shared` driver must be tested with. `namespaces`: it can open the same system in another namespace. `one-step`:
 * broker and backend are one system, so that readers see a change whole or not at all; a pair of two systems cannot offer it.
 */
export type Offer =
  | "one-step"
  | "durable"
  | "inspection"
  | "lease-keeping"
  | "queue-control"
  | "presence"
  | "connections"
  | "namespaces";

/** One opened driver over data of its own, empty at first. */
export interface Opened<D> {
  /** `open` has resolved. */
  readonly driver: D;
  /** Lets at least `ms` milliseconds pass by the driver's clock: a fake clock's advance, or a real wait. */
  readonly advance: (ms: number) => Promise<void>;
  /** Closes `driver` and opens another over the same data. Required where `durable` is offered. */
  readonly reopen?: () => Promise<D>;
  /** Opens one more connection to the same data. Required where `connections` is offered. */
  readonly second?: () => Promise<D>;
  /** Opens a driver on the same system in another namespace. Required where `namespaces` is offered. */
  readonly otherNamespace?: () => Promise<D>;
  /** Closes everything that was opened, closed already or not, and removes the data. */
  readonly close: () => Promise<void>;
}

/** How the checks get at a driver. */
export interface Harness<D> {
  readonly offers: readonly Offer[];
  readonly open: () => Promise<Opened<D>>;
}
