import { readFileSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";

const OPERATIONS = [
  "announce",
  "available",
  "cancel-running",
  "cancel-waiting",
  "cancelling",
  "clear-results",
  "counts",
  "drop",
  "drop-spent",
  "due-queues",
  "extend",
  "forget-absent",
  "holder",
  "insert",
  "is-paused",
  "lease",
  "leave",
  "list",
  "list-dead",
  "load",
  "next-deadline",
  "park",
  "parked",
  "parked-known",
  "pause",
  "paused",
  "present",
  "promote",
  "purge",
  "remove-all-dead",
  "remove-dead",
  "replay",
  "reserve",
  "resume",
  "save",
  "settle",
  "settle-drop",
  "settle-row",
  "succeed-row",
  "unpark",
  "window",
] as const;

type Operation = (typeof OPERATIONS)[number];

/** Every operation, prepared. */
export type Statements = Readonly<Record<Operation, StatementSync>>;

/** Reads an operation's SQL with the names of one namespace's table and indexes in it. */
export function sqlOf(name: string, namespace: string): string {
  const sql = readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), "utf8");
  return sql.replaceAll(/\{(\w+)\}/g, (_, noun: string) => `"${namespace}_${noun}"`);
}

export function prepareStatements(database: DatabaseSync, namespace: string): Statements {
  const statements = Object.fromEntries(
    OPERATIONS.map((name) => [name, database.prepare(sqlOf(name, namespace))]),
  ) as Record<Operation, StatementSync>;
  // The one statement whose rows come in hundreds: an array costs half of what an object does.
  statements.reserve.setReturnArrays(true);
  return statements;
}
