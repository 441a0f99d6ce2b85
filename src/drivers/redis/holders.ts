import type { ExchangeReply, ExchangeRequest, LeaseRef } from "../../contracts/index.ts";
import { ChurningMap } from "../../internal/churning-map.ts";
import type { LeaseBoard } from "./lease-board.ts";
import type { RenewedHolder } from "./renewals.ts";

/** Leases of one worker that live equally long. */
interface Holder {
  readonly leaseMs: number;
  name: string;
  /** How many it has. */
  held: number;
  /** Its place on the board, from when it holds something first. */
  slot: number | undefined;
  /** Its name was given to the server, so that jobs may be handed over to it. */
  offers: boolean;
}

interface Held {
  readonly lease: number;
  readonly holder: Holder;
}

/** A holder that does not know what its last reservation gave it. */
export interface Unsure {
  readonly old: string;
  readonly name: string;
  readonly leaseMs: number;
  readonly ids: readonly string[];
}

const HANDED = " handed";

/** Which leases this process holds in one partition, and by which holder's name. */
export class Holders {
  /** Unique among all processes. */
  readonly connection: string;
  readonly #prefix: string;
  readonly #board: LeaseBoard;
  readonly #onHolder: (holder: RenewedHolder) => void;
  readonly #holders = new Map<string, Holder>();
  readonly #held = new ChurningMap<string, Held>();
  #unsure: Unsure[] = [];

  /** `onHolder` is told of holders that hold something first, and of new names. */
  constructor(connection: string, prefix: string, board: LeaseBoard, onHolder: (holder: RenewedHolder) => void) {
    this.connection = connection;
    this.#prefix = prefix;
    this.#board = board;
    this.#onHolder = onHolder;
  }

  nameOf(worker: string, leaseMs: number): string {
    return this.#holder(worker, leaseMs).name;
  }

  /** The name of the one that holds a lease, if it gives such lives; else of the one that would. */
  nameFor({ id }: LeaseRef, worker: string, leaseMs: number): string {
    const holder = this.#held.get(id)?.holder;
    return holder?.leaseMs === leaseMs ? holder.name : this.nameOf(worker, leaseMs);
  }

  /**
   * The name of a worker's other holder, of what is handed over to it: when that is in doubt, what is being reserved at that
   * moment is not.
   */
  handedNameOf(worker: string, leaseMs: number): string {
    return this.#holder(worker, leaseMs, HANDED).name;
  }

  /** The same; jobs may be handed over to it from now on. */
  offer(worker: string, leaseMs: number): string {
    const holder = this.#holder(worker, leaseMs, HANDED);
    holder.offers = true;
    return holder.name;
  }

  /** The names of those to whom jobs may have been handed over. */
  offering(): readonly string[] {
    return [...this.#holders.values()].flatMap(({ offers, name }) => (offers ? name : []));
  }

  /** Takes note of what an exchange that was begun at `begunAt` settled and gave. */
  follow(request: ExchangeRequest, reply: ExchangeReply, begunAt: number): void {
    const { settle = [], extend = [], reserve } = request;
    for (let at = 0; at < settle.length; at += 1) {
      if (reply.settled[at] !== "cancelled") this.drop(settle[at] as LeaseRef);
    }
    for (let at = 0; at < extend.length; at += 1) {
      if (reply.extended[at] === "lost") this.drop(extend[at] as LeaseRef);
    }
    const { leases } = reply;
    if (leases.length === 0 || reserve === undefined) return;
    const holder = this.#holder(request.worker, reserve.leaseMs);
    for (let at = 0; at < leases.length; at += 1) this.#note(leases[at] as LeaseRef, holder);
    this.#took(holder, leases.length, begunAt);
  }

  /** Takes note of a lease that was handed over, and lives since `since`. */
  hold(lease: LeaseRef, worker: string, leaseMs: number, since: number): void {
    const holder = this.#holder(worker, leaseMs, HANDED);
    this.#note(lease, holder);
    this.#took(holder, 1, since);
  }

  drop({ id, lease }: LeaseRef): void {
    const held = this.#held.get(id);
    if (held?.lease !== lease) return;
    this.#held.delete(id);
    const { holder } = held;
    holder.held -= 1;
    if (holder.slot !== undefined) this.#board.setHeld(holder.slot, holder.held);
  }

  holds({ id, lease }: LeaseRef): boolean {
    return this.#held.get(id)?.lease === lease;
  }

  /** What the holders of these slots hold; of all holders, without `slots`. */
  held(slots?: readonly number[]): LeaseRef[] {
    return [...this.#held].flatMap(
      ([
        id,
        {
          lease,
          holder: { slot },
        },
      ]) => (slots === undefined || (slot !== undefined && slots.includes(slot)) ? { id, lease } : []),
    );
  }

  /**
   * Nobody knows what a reservation gave: the holder goes on under another name, and what it does not know of must be given
   * back. Without that, leases that nobody knows of would be renewed for as long as the holder lives.
   */
  doubt(worker: string, leaseMs: number): void {
    this.#rename(this.#holder(worker, leaseMs));
  }

  /** The same, of holders by their names. */
  doubtNames(names: readonly string[]): void {
    for (const holder of this.#holders.values()) if (names.includes(holder.name)) this.#rename(holder);
  }

  /**
   * Gives up what the holders of these slots hold: this process takes it for lost. The holders go on under other names, so
   * that nothing keeps it for them.
   */
  renounce(slots: readonly number[]): LeaseRef[] {
    const lost = this.held(slots);
    for (const ref of lost) this.drop(ref);
    for (const holder of this.#holders.values()) {
      if (holder.slot !== undefined && slots.includes(holder.slot)) this.#rename(holder);
    }
    return lost;
  }

  /** Takes the doubts that were not cleared yet. */
  takeUnsure(): readonly Unsure[] {
    const unsure = this.#unsure;
    if (unsure.length > 0) this.#unsure = [];
    return unsure;
  }

  putBack(unsure: readonly Unsure[]): void {
    this.#unsure = [...unsure, ...this.#unsure];
  }

  #rename(holder: Holder): void {
    const old = holder.name;
    const [series = "", turn = "0"] = old.split("/");
    holder.name = `${series}/${Number(turn) + 1}`;
    holder.offers = false;
    this.#unsure.push({
      old,
      name: holder.name,
      leaseMs: holder.leaseMs,
      ids: [...this.#held].flatMap(([id, held]) => (held.holder === holder ? id : [])),
    });
    this.#tell(holder);
  }

  #note({ id, lease }: LeaseRef, holder: Holder): void {
    const before = this.#held.get(id);
    if (before !== undefined) this.drop({ id, lease: before.lease });
    this.#held.set(id, { lease, holder });
  }

  #took(holder: Holder, count: number, since: number): void {
    holder.held += count;
    const isFirst = holder.slot === undefined;
    const slot = (holder.slot ??= this.#board.take());
    this.#board.setRenewedAt(slot, Math.max(since, this.#board.renewedAt(slot)));
    this.#board.setHeld(slot, holder.held);
    if (isFirst) this.#tell(holder);
  }

  #tell({ slot, name, leaseMs }: Holder): void {
    if (slot !== undefined) this.#onHolder({ slot, prefix: this.#prefix, name, leaseMs });
  }

  #holder(worker: string, leaseMs: number, kind = ""): Holder {
    const key = `${leaseMs}${kind} ${worker}`;
    let holder = this.#holders.get(key);
    if (holder === undefined) {
      holder = { leaseMs, held: 0, name: `${this.connection}.${this.#holders.size}`, slot: undefined, offers: false };
      this.#holders.set(key, holder);
    }
    return holder;
  }
}
