import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { EnqueueOutcome } from "../../contracts/index.ts";
import type { Effects } from "./effects.ts";
import type { JobGroup } from "./packing.ts";
import { STATE_NUMBERS } from "./state-numbers.ts";
import { type Statements, sqlOf } from "./statements.ts";

/** Rows of one statement, the largest that fits first: fifty of one take two and a half times as long as one of fifty, and more gain nothing. */
const SIZES = [50, 10];

/** Puts new jobs into the table, many in a statement where they differ in id and body only. */
export class Inserts {
  readonly #sql: Statements;
  readonly #many: readonly { readonly rows: number; readonly statement: StatementSync }[];

  constructor(database: DatabaseSync, namespace: string, sql: Statements) {
    this.#sql = sql;
    const one = sqlOf("insert", namespace);
    this.#many = SIZES.map((rows) => ({ rows, statement: database.prepare(manyRows(one, rows)) }));
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
    for (const { rows, statement } of this.#many) {
      for (let from = outcomes.length; from + rows <= ids.length; from += rows) {
        const to = from + rows;
        outcomes.push(...this.#insertMany(statement, row, ids.slice(from, to), bodies.slice(from, to), now));
      }
    }
    for (let at = outcomes.length; at < ids.length; at += 1) {
      outcomes.push(this.#insertOne(row, ids[at] ?? "", bodies[at] ?? "", now));
    }
    return outcomes;
  }

  #insertMany(
    statement: StatementSync,
    row: Row,
    ids: readonly string[],
    bodies: readonly string[],
    now: number,
  ): EnqueueOutcome[] {
    const values: SQLInputValue[] = [...row];
    for (const [at, id] of ids.entries()) values.push(id, bodies[at] ?? "");
    const { changes, lastInsertRowid } = statement.run(...values);
    if (changes === ids.length) return ids.map(() => "accepted");
    // Some ids were taken, and SQLite does not say which: the rows just made are the last ones.
    const before = Number(lastInsertRowid) - Number(changes);
    const isNew = (id: string): boolean => changes !== 0 && Number(this.#sql.holder.get(id)?.["seq"]) > before;
    const made = new Set(ids.filter(isNew));
    return ids.map((id, at) => (made.delete(id) ? "accepted" : this.#insertOne(row, id, bodies[at] ?? "", now)));
  }

  #insertOne(row: Row, id: string, body: string, now: number): EnqueueOutcome {
    const insert = (): boolean => this.#sql.insert.run(...row, id, body).changes === 1;
    // A record whose retention is over, but which was not purged yet, makes room.
    const accepted = insert() || (this.#sql["drop-spent"].run(id, now).changes === 1 && insert());
    return accepted ? "accepted" : "exists";
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

/** `insert.sql` for many rows: the parameters that have numbers are shared, the others each row's own. */
function manyRows(sql: string, rows: number): string {
  const [values] = /\(\?1[^)]*\)/.exec(sql) ?? [""];
  return sql.replace(values, Array<string>(rows).fill(values).join(", "));
}
