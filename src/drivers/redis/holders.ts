import type { ExchangeReply, ExchangeRequest, LeaseRef } from "../../contracts/index.ts";
import type { LeaseBoard } from "./lease-board.ts";
import type { RenewedHolder } from "./renewals.ts";

/** Leases of one worker that live equally long. */
interface Holder {
  readonly leaseMs: number;
  readonly ids: Map<string, number>;
  name: string;
  /** Its place on the board, from when it holds something first. */
  slot: number | undefined;
}

/** A holder that does not know what its last reservation gave it. */
export interface Unsure {
  readonly old: string;
  readonly name: string;
  readonly leaseMs: number;
  readonly ids: readonly string[];
}

/** Which leases this process holds in one partition, and by which holder's name. */
export class Holders {
  readonly #connection: string;
  readonly #prefix: string;
  readonly #board: LeaseBoard;
  readonly #onHolder: (holder: RenewedHolder) => void;
  readonly #holders = new Map<string, Holder>();
  readonly #byId = new Map<string, Holder>();
  #unsure: Unsure[] = [];

  /** `connection` is unique among all processes; `onHolder` is told of holders that hold something first, and of new names. */
  constructor(connection: string, prefix: string, board: LeaseBoard, onHolder: (holder: RenewedHolder) => void) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#board = board;
    this.#onHolder = onHolder;
  }

  nameOf(worker: string, leaseMs: number): string {
    return this.#holder(worker, leaseMs).name;
  }

  /** Takes note of what an exchange that was begun at `begunAt` settled and gave. */
  follow(request: ExchangeRequest, reply: ExchangeReply, begunAt: number): void {
    for (const [at, settlement] of (request.settle ?? []).entries()) {
      if (reply.settled[at] !== "cancelled") this.drop(settlement);
    }
    for (const [at, extension] of (request.extend ?? []).entries()) {
      if (reply.extended[at] === "lost") this.drop(extension);
    }
    if (reply.leases.length === 0 || request.reserve === undefined) return;
    const holder = this.#holder(request.worker, request.reserve.leaseMs);
    for (const { id, lease } of reply.leases) {
      this.#byId.get(id)?.ids.delete(id);
      holder.ids.set(id, lease);
      this.#byId.set(id, holder);
    }
    const isFirst = holder.slot === undefined;
    const slot = (holder.slot ??= this.#board.take());
    this.#board.setRenewedAt(slot, Math.max(begunAt, this.#board.renewedAt(slot)));
    this.#board.setHeld(slot, holder.ids.size);
    if (isFirst) this.#tell(holder);
  }

  drop({ id, lease }: LeaseRef): void {
    const holder = this.#byId.get(id);
    if (holder?.ids.get(id) !== lease) return;
    holder.ids.delete(id);
    this.#byId.delete(id);
    if (holder.slot !== undefined) this.#board.setHeld(holder.slot, holder.ids.size);
  }

  holds({ id, lease }: LeaseRef): boolean {
    return this.#byId.get(id)?.ids.get(id) === lease;
  }

  /** What the holders of these slots hold; of all holders, without `slots`. */
  held(slots?: readonly number[]): LeaseRef[] {
    return [...this.#holders.values()]
      .filter(({ slot }) => slots === undefined || (slot !== undefined && slots.includes(slot)))
      .flatMap(({ ids }) => [...ids].map(([id, lease]) => ({ id, lease })));
  }

  /**
   * Nobody knows what a reservation gave: the holder goes on under another name, and what it does not know of must be given
   * back. Without that, leases that nobody knows of would be renewed for as long as the holder lives.
   */
  doubt(worker: string, leaseMs: number): void {
    this.#rename(this.#holder(worker, leaseMs));
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
    this.#unsure.push({ old, name: holder.name, leaseMs: holder.leaseMs, ids: [...holder.ids.keys()] });
    this.#tell(holder);
  }

  #tell({ slot, name, leaseMs }: Holder): void {
    if (slot !== undefined) this.#onHolder({ slot, prefix: this.#prefix, name, leaseMs });
  }

  #holder(worker: string, leaseMs: number): Holder {
    const key = `${leaseMs} ${worker}`;
    let holder = this.#holders.get(key);
    if (holder === undefined) {
      holder = { leaseMs, ids: new Map(), name: `${this.#connection}.${this.#holders.size}`, slot: undefined };
      this.#holders.set(key, holder);
    }
    return holder;
  }
}
