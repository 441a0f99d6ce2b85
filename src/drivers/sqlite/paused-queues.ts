import type { Effects } from "./effects.ts";
import type { Statements } from "./statements.ts";

/** The queues from which nothing is reserved: rows like all others, so every process sees the same. */
export class PausedQueues {
  readonly #sql: Statements;

  constructor(statements: Statements) {
    this.#sql = statements;
  }

  has(queue: string): boolean {
    return this.#sql["is-paused"].get(queue) !== undefined;
  }

  pause(queue: string): void {
    this.#sql.pause.run(queue);
  }

  resume(queue: string, effects: Effects): void {
    if (this.#sql.resume.run(queue).changes > 0) effects.ready.add(queue);
  }

  list(): string[] {
    return this.#sql.paused.all().map((row) => String(row["queue"]));
  }
}
