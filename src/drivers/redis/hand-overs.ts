import type { Lease, WaitRequest } from "../../contracts/index.ts";
import type { Holders } from "./holders.ts";
import { steadyMs } from "./lease-board.ts";
import { leaseOf, readHead } from "./stored-record.ts";

/** A job that was handed over waits so long for who is to take it, and may be about to. */
const PATIENCE_MS = 250;
/** Who knows more tasks than this, in characters, is woken instead: they would be kept with each sleep. */
const MOST_TASKS = 4_096;
/** The share of a lease's life after which nothing is begun that came late: this process was blocked, or the word was. */
const LATE = 0.5;

interface Handed {
  readonly holder: string;
  readonly lease: Lease;
  /** By the steady clock, at the latest when it was leased. */
  readonly since: number;
}

/** Jobs of one partition that were leased to holders of this process while it slept; see lua/hand-over.lua. */
export class HandOvers {
  readonly #holders: Holders;
  readonly #giveBack: () => Promise<void>;
  #handed: Handed[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** A moment of the server's clock, and one of the steady clock that was not after it. */
  #server = 0;
  #steady = Number.NEGATIVE_INFINITY;

  /** `giveBack` has the server take back what holders in doubt do not know of. */
  constructor(holders: Holders, giveBack: () => Promise<void>) {
    this.#holders = holders;
    this.#giveBack = giveBack;
  }

  /** As whom a worker sleeps that takes what is handed over. See lua/wake.lua. */
  sleeper(worker: string, leaseMs: number, tasks: readonly string[]): string {
    const { connection } = this.#holders;
    const known = ` ${tasks.join(" ")} `;
    if (known.length > MOST_TASKS) return connection;
    return `${connection}\n${this.#holders.offer(worker, leaseMs)}\n${leaseMs}\n${known}\n${worker}`;
  }

  /** The server said `now` in an answer to what was asked at `begunAt`. */
  tick(now: number, begunAt: number): void {
    this.#server = now;
    this.#steady = begunAt;
  }

  /** Takes in what the server said of a job that it handed over. Returns its queue. */
  hear(word: string): string {
    const line = word.indexOf("\n");
    const end = word.indexOf("\n", line + 1);
    const [holder = "", queue = "", now] = word.slice(0, line).split(" ");
    const head = readHead(word.slice(end + 1));
    if (head === undefined) {
      // Taken back, it is put aside with its bytes.
      this.#doubt([holder]);
      return queue;
    }
    const reservedAt = Number(now);
    const lease = leaseOf(word.slice(line + 1, end), head, "", reservedAt);
    const since = Math.min(steadyMs(), this.#steady + (reservedAt - this.#server));
    this.#handed.push({ holder, lease, since });
    this.#timer ??= setTimeout(() => this.#expire(), PATIENCE_MS).unref();
    return queue;
  }

  /** What was handed over to a worker, from some queues. It is held from now on. */
  take({ queues, handOver }: WaitRequest): readonly Lease[] {
    if (this.#handed.length === 0 || handOver === undefined) return [];
    const { worker, leaseMs } = handOver;
    const name = this.#holders.handedNameOf(worker, leaseMs);
    const isMine = ({ holder, lease }: Handed): boolean => holder === name && queues.includes(lease.queue);
    const mine = this.#handed.filter(isMine);
    this.#handed = this.#handed.filter((handed) => !isMine(handed));
    if (this.#handed.length === 0) this.#rest();
    const begun = mine.filter(({ since }) => steadyMs() - since < leaseMs * LATE);
    for (const { lease, since } of begun) this.#holders.hold(lease, worker, leaseMs, since);
    if (begun.length < mine.length) this.#doubt([name]);
    return begun.map(({ lease }) => lease);
  }

  /** What is said to this process may not have been heard. */
  deaf(): void {
    this.#doubt(this.#holders.offering());
  }

  async close(): Promise<void> {
    this.#rest();
    this.#holders.doubtNames(this.#holders.offering());
    await this.#giveBack().catch(() => undefined);
  }

  /** Nobody takes it: it is somebody else's. */
  #expire(): void {
    this.#rest();
    const names = this.#handed.map(({ holder }) => holder);
    this.#handed = [];
    this.#doubt(names);
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #doubt(names: readonly string[]): void {
    if (names.length === 0) return;
    this.#holders.doubtNames(names);
    // Where it fails, the next exchange does it.
    this.#giveBack().catch(() => undefined);
  }
}
