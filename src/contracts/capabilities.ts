/** What a broker can do beyond the required. What it does not declare, core emulates or refuses; never silently. */
export interface BrokerCapabilities {
  /** Jobs survive the end of every process that uses the broker. */
  readonly durable: boolean;
  /** Jobs are reachable from other processes. */
  readonly shared: boolean;
}

/** What a backend can do beyond the required. */
export interface BackendCapabilities {
  readonly durable: boolean;
  readonly shared: boolean;
  /** Records may be dropped before their retention ends (a cache): "forever" is best effort. */
  readonly volatile: boolean;
}
