import { setTimeout } from "node:timers/promises";
import type { LeaseKeeping, LeaseRef, LeaseSignal, Logger } from "../../contracts/index.ts";
import { isTransient, pauseMs } from "../../internal/patience.ts";
import { Holders } from "./holders.ts";
import { LeaseBoard } from "./lease-board.ts";
import { LeaseThread } from "./lease-thread.ts";
import type { Partition } from "./partition.ts";
import type { RenewedHolder } from "./renewals.ts";
import type { Settings } from "./settings.ts";

export interface KeptLeasesOptions {
  /** Of the connection, unique among all processes. */
  readonly name: string;
  /** What a thread makes a connection from; without, leases are renewed on the main thread. */
  readonly settings: Settings | undefined;
  readonly blockedLimitMs: number;
  readonly logger: Logger;
  readonly partitions: () => readonly Partition[];
  readonly partitionOf: (id: string) => Partition;
}

/** The leases of this process, in all partitions: renewed until they are settled, and their holders told what they must know. */
export class KeptLeases implements LeaseKeeping {
  readonly #options: KeptLeasesOptions;
  readonly #board = new LeaseBoard();
  readonly #thread: LeaseThread;
  readonly #listeners = new Set<(signals: readonly LeaseSignal[]) => void>();
  #closed = false;

  constructor(options: KeptLeasesOptions) {
    this.#options = options;
    const lines = {
      renew: (prefix: string, holders: readonly RenewedHolder[]): Promise<readonly boolean[]> =>
        this.#renew(prefix, holders),
      onDoubt: (slots: readonly number[]): void => void this.examine(slots),
      onLapsing: (slots: readonly number[]): void => this.#giveUp(slots),
    };
    this.#thread = new LeaseThread(this.#board, options.settings, options.blockedLimitMs, lines, options.logger);
  }

  /** Leases will be held soon. */
  prepare(): void {
    this.#thread.prepare();
  }

  /** Who holds leases in a partition. */
  holdersOf(prefix: string): Holders {
    return new Holders(this.#options.name, prefix, this.#board, (holder) => this.#thread.add(holder));
  }

  onSignal(listener: (signals: readonly LeaseSignal[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  abandon(leases: readonly LeaseRef[]): void {
    for (const [partition, own] of Map.groupBy(leases, ({ id }) => this.#options.partitionOf(id))) {
      void this.#abandon(partition, own);
    }
  }

  /** Somebody said that these are to be cancelled. */
  cancelling(signal: LeaseSignal): void {
    if (this.#options.partitionOf(signal.id).holders.holds(signal)) this.#tell([signal]);
  }

  /** Looks whether leases that may be lost, or of which something may have been said, are. */
  async examine(slots?: readonly number[]): Promise<void> {
    for (const partition of this.#options.partitions()) {
      const leases = partition.holders.held(slots);
      if (leases.length > 0) this.#tell(await partition.examine(leases).catch(() => []));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread.close();
  }

  /** Until it is done: a lease that nobody wants must not be renewed for as long as its holder lives. */
  async #abandon(partition: Partition, leases: readonly LeaseRef[]): Promise<void> {
    for (let tries = 1; !this.#closed; tries += 1) {
      try {
        await partition.abandon(leases);
        return;
      } catch (error) {
        if (!isTransient(error)) {
          this.#options.logger.error("leases could not be abandoned", { error: String(error) });
        }
        await setTimeout(pauseMs(tries), undefined, { ref: false });
      }
    }
  }

  async #renew(prefix: string, holders: readonly RenewedHolder[]): Promise<readonly boolean[]> {
    const partition = this.#options.partitions().find((each) => each.prefix === prefix);
    return partition === undefined ? [] : partition.renew(holders);
  }

  /** What could not be renewed is lost before others have it. */
  #giveUp(slots: readonly number[]): void {
    for (const { holders } of this.#options.partitions()) {
      this.#tell(holders.renounce(slots).map((lease) => ({ ...lease, signal: "lost" })));
    }
  }

  #tell(signals: readonly LeaseSignal[]): void {
    if (signals.length === 0) return;
    for (const listener of this.#listeners) listener(signals);
  }
}
