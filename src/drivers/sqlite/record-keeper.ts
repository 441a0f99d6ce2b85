import type { DatabaseSync } from "node:sqlite";
import type { RecordUpdate, SaveOutcome } from "../../contracts/index.ts";
import { isFinal } from "../../core/state.ts";
import type { Effects } from "./effects.ts";
import { type Engine, lifeOf } from "./engine.ts";
import { STATE_NUMBERS, shownState } from "./state-numbers.ts";
import { type Statements, prepareStatements } from "./statements.ts";

interface Holder {
  readonly state: number;
  readonly lease: number;
  readonly cancelled: number;
  readonly expire_at: number | null;
}

/** The backend's half where another system is the broker: records that follow what its workers say. */
export class RecordKeeper {
  readonly #sql: Statements;
  readonly #engine: Engine;

  constructor(database: DatabaseSync, namespace: string, engine: Engine) {
    this.#sql = prepareStatements(database, namespace);
    this.#engine = engine;
  }

  save(updates: readonly RecordUpdate[], effects: Effects): SaveOutcome[] {
    const now = this.#engine.now();
    return updates.map((update) => this.#saveOne(update, now, effects));
  }

  #saveOne(update: RecordUpdate, now: number, effects: Effects): SaveOutcome {
    const refusal = this.#refusal(update, now, effects);
    if (refusal !== undefined) return refusal;
    const { id, keep, state } = update;
    const final = isFinal(state);
    if (final) effects.finished.push(id);
    if (final && state !== "failed" && keep?.recordMs === 0) {
      this.#sql.drop.run(id);
      return "saved";
    }
    const life = lifeOf(state, keep, update.delayMs, now);
    this.#sql.save.run(
      id,
      update.lease,
      STATE_NUMBERS[state],
      update.attempt,
      update.crashes,
      update.worker,
      life.deadline,
      state === "running" ? now : null,
      final ? now : null,
      life.purgeAt,
      life.resultUntil,
      keep?.resultMs === 0 ? null : (update.result ?? null),
      update.error ?? null,
      update.trail ?? null,
      update.notes ?? null,
    );
    return "saved";
  }

  /** Why an update is not taken; makes the record where it is missing. */
  #refusal(update: RecordUpdate, now: number, effects: Effects): SaveOutcome | undefined {
    this.#sql["drop-spent"].run(update.id, now);
    const held = this.#sql.holder.get(update.id) as Holder | undefined;
    if (held === undefined) {
      this.#engine.enqueue([update.job], effects);
      return undefined;
    }
    if (held.state >= STATE_NUMBERS.succeeded) return "final";
    // Readers were told that the job has expired; it may still end differently, but not run again.
    if (!isFinal(update.state) && shownState(held.state, null, held.expire_at, now) === "expired") return "final";
    if (held.lease > update.lease) return "stale";
    return held.cancelled === 1 && update.state !== "cancelled" ? "cancelled" : undefined;
  }
}
