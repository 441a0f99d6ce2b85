import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { EnqueueOutcome } from "../../contracts/index.ts";
import type { Effects } from "./effects.ts";
import type { JobGroup } from "./packing.ts";
import { STATE_NUMBERS } from "./state-numbers.ts";
import { type Statements, sqlOf } from "./statements.ts";

/** Rows of one statement: about twice as fast as one by one, and flat from here on. */
const ROWS = 20;
/** The parameters that all rows of a statement share. */
const SHARED = 9;

/** Puts new jobs into the table, many in a statement where they differ in id and body only. */
export class Inserts {
  readonly #sql: Statements;
  readonly #many: StatementSync;

  constructor(database: DatabaseSync, namespace: string, sql: Statements) {
    this.#sql = sql;
    this.#many = database.prepare(manyRows(sqlOf("insert", namespace)));
  }

  insert({ shared, ids, bodies }: JobGroup, now: number, effects: Effects): EnqueueOutcome[] {
    const dueAt = shared.delayMs === undefined ? shared.runAt : now + shared.delayMs;
    const waits = dueAt !== undefined && dueAt > now;
    const expireAt = shared.expireAfterMs === undefined ? shared.expireAt : now + shared.expireAfterMs;
    const row: Row = [
      shared.queue,
      shared.task,
      waits ? STATE_NUMBERS.scheduled : STATE_NUMBERS.queued,
      shared.priority,
      // One that expires before its time comes is handed out at its expiry, so that somebody settles it.
      waits ? Math.min(dueAt, expireAt ?? dueAt) : null,
      now,
      expireAt ?? null,
      shared.lease ?? 0,
      waits ? dueAt : null,
    ];
    if (waits) effects.deadlines = true;
    else effects.ready.add(shared.queue);
    const outcomes: EnqueueOutcome[] = [];
    for (let from = 0; from < ids.length; from += ROWS) {
      const chunk = ids.slice(from, from + ROWS);
      this.#insertChunk(row, chunk, bodies.slice(from, from + ROWS), now, outcomes);
    }
    return outcomes;
  }

  #insertChunk(
    row: Row,
    ids: readonly string[],
    bodies: readonly string[],
    now: number,
    outcomes: EnqueueOutcome[],
  ): void {
    const inserted = ids.length === ROWS ? this.#insertMany(row, ids, bodies) : undefined;
    for (const [at, id] of ids.entries()) {
      const accepted = inserted?.(id) ?? false;
      outcomes.push(accepted || this.#insertOne(row, id, bodies[at] ?? "", now) ? "accepted" : "exists");
    }
  }

  /** Inserts a full chunk; what it returns tells, once for each id, whether that was inserted. */
  #insertMany(row: Row, ids: readonly string[], bodies: readonly string[]): (id: string) => boolean {
    const values: SQLInputValue[] = [...row];
    for (const [at, id] of ids.entries()) values.push(id, bodies[at] ?? "");
    const { changes, lastInsertRowid } = this.#many.run(...values);
    if (changes === ROWS) return () => true;
    // Some ids were taken, and SQLite does not say which: the rows just made are the last ones.
    const before = Number(lastInsertRowid) - Number(changes);
    const made = new Set(ids.filter((id) => Number(this.#sql.holder.get(id)?.["seq"]) > before));
    return (id) => changes !== 0 && made.delete(id);
  }

  #insertOne(row: Row, id: string, body: string, now: number): boolean {
    const insert = (): boolean => this.#sql.insert.run(...row, id, body).changes === 1;
    // A record whose retention is over, but which was not purged yet, makes room.
    return insert() || (this.#sql["drop-spent"].run(id, now).changes === 1 && insert());
  }
}

type Row = [
  queue: string,
  task: string,
  state: number,
  priority: number,
  deadline: number | null,
  now: number,
  expireAt: number | null,
  lease: number,
  runAt: number | null,
];

/** `insert.sql` for many rows: the shared parameters again for each, then an id and a body of its own. */
function manyRows(sql: string): string {
  const [values] = /\(\?1[^)]*\)/.exec(sql) ?? [""];
  const rows = Array.from({ length: ROWS }, (_, at) =>
    values.replace(/\?10\b/, `?${SHARED + 2 * at + 1}`).replace(/\?11\b/, `?${SHARED + 2 * at + 2}`),
  );
  return sql.replace(values, rows.join(", "));
}
