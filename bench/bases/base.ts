/** What systems stand on: a server of their own, or a file. */
export type BaseKind = "redis" | "postgres" | "file";

/** Where a base is, as measuring processes are told. */
export interface BaseAddress {
  readonly kind: BaseKind;
  /** A URL, or the path of a file that does not exist yet. */
  readonly url: string;
  /** The server's process, where there is one. */
  readonly pid?: number;
}

/** A new and empty base, for one measurement. */
export interface Base extends AsyncDisposable {
  readonly address: BaseAddress;
  /** Version and durability, in a line. */
  readonly about: string;
}

/** Reads what a base holds and does. What it cannot tell is NaN. */
export interface Meter {
  /** Requests that the server has answered so far. */
  requests(): Promise<number>;
  /** Bytes that it holds: in memory for Redis, on disk for the others. */
  bytes(): Promise<number>;
  close(): Promise<void>;
}
