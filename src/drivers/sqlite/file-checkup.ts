import { chmodSync, existsSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Finding } from "../../contracts/index.ts";
import type { Effects } from "./effects.ts";
import type { Engine } from "./engine.ts";
import { sqlOf } from "./statements.ts";
import type { Transactions } from "./transactions.ts";

/** What is due for less than this may be under way. */
const PATIENCE_MS = 5_000;
/** SQLite keeps its log near 4 MB while readers let it. */
const LARGE_LOG_BYTES = 64 * 1024 * 1024;
/** Rounds of making due, or of purging, that one fix takes at the most. */
const MOST_ROUNDS = 10_000;
const PURGED_AT_ONCE = 1_000;

/** What a checkup works on: the parts of the store's thread. */
export interface CheckedParts {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly namespace: string;
  readonly engine: Engine;
  readonly transactions: Transactions;
}

/** Looks at the file and at what is stuck in it. */
export function fileCheckup(parts: CheckedParts, fix: boolean, effects: Effects): Finding[] {
  return [
    version(parts),
    writing(parts),
    durability(parts),
    integrity(parts),
    permissions(parts, fix),
    log(parts, fix),
    ...stuck(parts, fix, effects),
    ...parked(parts),
  ];
}

function version({ database }: CheckedParts): Finding {
  const schema = String(pragma(database, "user_version"));
  return {
    status: "ok",
    subject: "version",
    text: `SQLite ${process.versions["sqlite"] ?? "of unknown version"}, schema ${schema}`,
  };
}

/** An empty transaction needs the write lock and nothing else. */
function writing({ transactions, path }: CheckedParts): Finding {
  const before = performance.now();
  transactions.run(() => undefined);
  const ms = Math.round(performance.now() - before);
  return { status: "ok", subject: "write lock", text: `${path} can be written; the lock came within ${ms} ms` };
}

function durability({ database }: CheckedParts): Finding {
  const journal = String(pragma(database, "journal_mode"));
  const full = pragma(database, "synchronous") === 2;
  const text = `journal_mode ${journal}, synchronous ${full ? "FULL" : "NORMAL"}`;
  return full
    ? { status: "ok", subject: "durability", text: `${text}: accepted jobs survive a power cut` }
    : {
        status: "note",
        subject: "durability",
        text: `${text}: accepted jobs survive the end of every process, not a power cut`,
        advice: 'durability: "full"',
      };
}

function integrity({ database, path }: CheckedParts): Finding {
  const verdict = String(pragma(database, "quick_check(1)"));
  return verdict === "ok"
    ? { status: "ok", subject: "file", text: `sound, ${megabytes(statSync(path).size)}` }
    : {
        status: "problem",
        subject: "file",
        text: `corrupt: ${verdict}`,
        advice: "stop every process that uses it, and restore it from a backup",
      };
}

/** Arguments and results are nobody else's business. */
function permissions({ path }: CheckedParts, fix: boolean): Finding {
  const files = ["", "-wal", "-shm", "-wake"].map((ending) => path + ending).filter((file) => existsSync(file));
  const open = process.platform === "win32" ? [] : files.filter((file) => (statSync(file).mode & 0o077) !== 0);
  if (open.length === 0) return { status: "ok", subject: "permissions", text: "its owner's alone" };
  if (fix) for (const file of open) chmodSync(file, 0o600);
  return {
    status: "problem",
    subject: "permissions",
    text: `others on this machine may read ${open.join(", ")}`,
    advice: `chmod 600 ${open.join(" ")}`,
    fixed: fix,
  };
}

function log({ database, path }: CheckedParts, fix: boolean): Finding {
  const file = `${path}-wal`;
  const size = existsSync(file) ? statSync(file).size : 0;
  if (size < LARGE_LOG_BYTES) {
    return { status: "ok", subject: "write-ahead log", text: megabytes(size) };
  }
  // Where a reader holds on to it, the checkpoint gives up, and says so by its first number.
  const fixed = fix && pragma(database, "wal_checkpoint(TRUNCATE)") === 0;
  return {
    status: "note",
    subject: "write-ahead log",
    text: `${megabytes(size)}: a process reads from it for long, or ended in the middle of much work`,
    advice: "with --fix it is written back into the file",
    fixed,
  };
}

function stuck(parts: CheckedParts, fix: boolean, effects: Effects): Finding[] {
  const found = parts.database
    .prepare(sqlOf("check-stuck", parts.namespace))
    .get(parts.engine.now() - PATIENCE_MS) as Readonly<Record<"lapsed" | "due" | "spent", number>>;
  if (fix && found.lapsed + found.due > 0) {
    rounds(parts, () => parts.engine.promote(effects));
  }
  if (fix && found.spent > 0) rounds(parts, () => parts.engine.purge(PURGED_AT_ONCE));
  return [
    found.lapsed === 0
      ? { status: "ok", subject: "orphans", text: "no job is leased to a worker that is gone" }
      : {
          status: "problem",
          subject: "orphans",
          text: `${jobs(found.lapsed)} leased to workers that are gone, with no other worker to take them over`,
          advice: "start a worker of their queues; with --fix they are queued again now",
          fixed: fix,
        },
    found.due === 0
      ? { status: "ok", subject: "due jobs", text: "none waits although its time has come" }
      : {
          status: "problem",
          subject: "due jobs",
          text: `${jobs(found.due)} waiting although the time has come: no worker has looked since`,
          advice: "start a worker of their queues; with --fix they are queued now",
          fixed: fix,
        },
    found.spent === 0
      ? { status: "ok", subject: "retention", text: "nothing is kept for longer than it should be" }
      : {
          status: "note",
          subject: "retention",
          text: `${jobs(found.spent)} kept beyond the retention: the next worker that runs purges what is left`,
          advice: "with --fix they are purged now",
          fixed: fix,
        },
  ];
}

function parked({ database, namespace }: CheckedParts): Finding[] {
  const rows = database.prepare(sqlOf("check-parked", namespace)).all();
  return rows.map((row) => ({
    status: "problem",
    subject: "unknown task",
    text: `${jobs(Number(row["count"]))} of task "${String(row["task"])}" in queue "${String(row["queue"])}" set aside: no worker that looked knows that task`,
    advice: "start a worker that has it, or see whether its name is misspelt where it is sent",
  }));
}

/** Each round is a transaction of its own, so that jobs go on in between. */
function rounds({ transactions }: CheckedParts, step: () => number): void {
  for (let round = 0; round < MOST_ROUNDS && transactions.run(step) > 0; round += 1);
}

function jobs(count: number): string {
  return count === 1 ? "1 job is" : `${count.toLocaleString("en")} jobs are`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`;
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}
