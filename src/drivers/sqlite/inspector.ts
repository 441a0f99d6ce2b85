import type { DatabaseSync } from "node:sqlite";
import type { ListPage, ListQuery, QueueCount } from "../../contracts/index.ts";
import { cursorSequence } from "../../internal/list-cursor.ts";
import { type Row, storedJobOf } from "./row.ts";
import { STATE_NUMBERS, stateName } from "./state-numbers.ts";
import { type Statements, prepareStatements } from "./statements.ts";

/** Rows that one page of a list reads at the most, so that it never holds up the jobs behind it for long. */
const LISTED_ROWS = 10_000;
/** The same for a part of a count, whose caller asks for the next part at once, and may do so all the time. */
const COUNTED_ROWS = 1_000;

/** Looking at many jobs, a window of rows at a time. */
export class Inspector {
  readonly #sql: Statements;
  readonly #now: () => number;

  constructor(database: DatabaseSync, namespace: string, now: () => number = Date.now) {
    this.#sql = prepareStatements(database, namespace);
    this.#now = now;
  }

  list(query: ListQuery): ListPage {
    const now = this.#now();
    const below = cursorSequence(query.cursor, Number.MAX_SAFE_INTEGER);
    const { queue = null, task = null, limit } = query;
    const dead = query.state === "failed";
    const from = dead ? 0 : this.#windowEnd(below, LISTED_ROWS);
    const rows = (dead
      ? this.#sql["list-dead"].all(below, queue, task, limit)
      : this.#sql.list.all(
          below,
          from,
          queue,
          task,
          query.state === undefined ? null : STATE_NUMBERS[query.state],
          now,
          limit,
        )) as unknown as Row[];
    const jobs = rows.map((row) => storedJobOf(row, now));
    const last = rows.at(-1);
    if (rows.length === limit && last !== undefined) return { jobs, cursor: String(last.seq) };
    return from > 0 ? { jobs, cursor: String(from) } : { jobs };
  }

  /** Counts one window of rows; `next` is where the one after it begins, absent after the last. */
  count(below: number): { counts: QueueCount[]; next?: number } {
    const from = this.#windowEnd(below, COUNTED_ROWS);
    const rows = this.#sql.counts.all(below, from, this.#now());
    const counts = rows.map((row) => ({
      queue: String(row["queue"]),
      state: stateName(Number(row["shown"])),
      count: Number(row["count"]),
    }));
    return from > 0 ? { counts, next: from } : { counts };
  }

  #windowEnd(below: number, rows: number): number {
    const row = this.#sql.window.get(below, rows - 1);
    return row === undefined ? 0 : Number(row["seq"]);
  }
}
