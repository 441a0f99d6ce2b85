import { storedError } from "../../core/stored-error.ts";
import { Effects } from "./effects.ts";
import type { Engine } from "./engine.ts";
import { type CheckedParts, fileCheckup } from "./file-checkup.ts";
import type { HeldLeases } from "./held-leases.ts";
import { Inspector } from "./inspector.ts";
import { packOutcomes, packReply, unpackRequest } from "./packing.ts";
import { PresenceBoard } from "./presence-board.ts";
import type { Answer, Call, ReadCall, WriteCall } from "./protocol.ts";
import { RecordKeeper } from "./record-keeper.ts";
import { sqliteError } from "./sqlite-error.ts";
import type { Transactions } from "./transactions.ts";

/** A call, and the number that its answer bears. */
export type NumberedCall<C = Call> = readonly [number: number, call: C];

const READS: ReadonlySet<Call["op"]> = new Set<ReadCall["op"]>(["load", "list", "count", "paused", "present"]);

/** Answers calls: those of one turn that write share a transaction. */
export class Answering {
  readonly #parts: CheckedParts;
  readonly #engine: Engine;
  readonly #keeper: RecordKeeper;
  readonly #inspector: Inspector;
  readonly #presence: PresenceBoard;
  readonly #transactions: Transactions;
  readonly #held: HeldLeases;

  constructor(parts: CheckedParts, held: HeldLeases) {
    const { database, namespace, engine, transactions } = parts;
    this.#parts = parts;
    this.#engine = engine;
    this.#keeper = new RecordKeeper(database, namespace, engine);
    this.#inspector = new Inspector(database, namespace);
    this.#presence = new PresenceBoard(database, namespace);
    this.#transactions = transactions;
    this.#held = held;
  }

  /**
   * The answers to all calls of a turn but waits, which are answered when their time has come. What writes is answered
   * first: a look at many jobs takes a hundred times as long.
   */
  *answer(calls: readonly NumberedCall[], effects: Effects): Generator<readonly Answer[]> {
    yield this.#write(calls.filter(isWrite), effects);
    yield this.#read(calls);
    yield this.#checkups(calls, effects);
  }

  #write(writes: readonly NumberedCall<WriteCall>[], effects: Effects): Answer[] {
    if (writes.length === 0) return [];
    try {
      return this.#commit(writes, effects);
    } catch (error) {
      if (writes.length === 1) return writes.map(([number]) => [number, false, storedError(error)]);
      // One bad call must not fail its neighbours: each gets a transaction of its own.
      return writes.flatMap((write) => this.#write([write], effects));
    }
  }

  #commit(writes: readonly NumberedCall<WriteCall>[], effects: Effects): Answer[] {
    const own = new Effects();
    const exchanges: (() => void)[] = [];
    const answers = this.#transactions.run(() =>
      writes.map(([number, call]): Answer => {
        if (call.op !== "exchange") return [number, true, this.#apply(call, own)];
        const request = unpackRequest(call.request);
        const reply = this.#engine.exchange(request, own);
        // Only what is committed is held.
        exchanges.push(() => this.#held.follow(request, reply, performance.now()));
        return [number, true, packReply(reply)];
      }),
    );
    for (const follow of exchanges) follow();
    effects.take(own);
    return answers;
  }

  #apply(call: Exclude<WriteCall, { op: "exchange" }>, effects: Effects): unknown {
    switch (call.op) {
      case "enqueue":
        return packOutcomes(this.#engine.enqueueGroups(call.groups, effects), "accepted");
      case "save":
        return this.#keeper.save(call.updates, effects);
      case "cancel":
        return this.#engine.requestCancel(call.ids, call.keep, effects);
      case "purge":
        return this.#engine.purge(call.limit);
      case "replay":
        return this.#engine.replay(call.ids, effects);
      case "removeDead":
        return this.#engine.removeDead(call.ids, call.limit);
      case "pause":
        return this.#engine.paused.pause(call.queue);
      case "resume":
        return this.#engine.paused.resume(call.queue, effects);
      case "announce":
        return this.#presence.announce(call.name, call.about, call.liveMs);
      case "leave":
        return this.#presence.leave(call.name);
    }
  }

  #read(calls: readonly NumberedCall[]): Answer[] {
    return calls.filter(isRead).map(([number, call]) => this.#tried(number, () => this.#look(call)));
  }

  #look(call: ReadCall): unknown {
    switch (call.op) {
      case "load":
        return this.#engine.load(call.ids);
      case "list":
        return this.#inspector.list(call.query);
      case "count":
        return this.#inspector.count(call.below);
      case "paused":
        return this.#engine.paused.list();
      case "present":
        return this.#presence.present();
    }
  }

  /** What a checkup puts right takes transactions of its own. */
  #checkups(calls: readonly NumberedCall[], effects: Effects): Answer[] {
    return calls.flatMap(([number, call]) =>
      call.op === "checkup" ? [this.#tried(number, () => fileCheckup(this.#parts, call.fix, effects))] : [],
    );
  }

  #tried(number: number, work: () => unknown): Answer {
    try {
      return [number, true, work()];
    } catch (error) {
      return [number, false, storedError(sqliteError(error, this.#parts.path))];
    }
  }
}

function isRead(call: NumberedCall): call is NumberedCall<ReadCall> {
  return READS.has(call[1].op);
}

function isWrite(call: NumberedCall): call is NumberedCall<WriteCall> {
  return call[1].op !== "wait" && call[1].op !== "checkup" && !isRead(call);
}
